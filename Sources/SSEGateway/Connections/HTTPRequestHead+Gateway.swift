import NIOHTTP1

extension HTTPRequestHead {
    /// Whether the client may not know chunks, and closes the connection after each answer unless it says otherwise.
    var isHTTP10: Bool { version == .http1_0 }

    /// Whether the connection can serve another request after this one. The parser stops behind a request that wants
    /// another protocol.
    var isPersistent: Bool {
        isKeepAlive && method != .CONNECT && !headers.contains(name: "upgrade")
    }

    /// The bearer token; empty where there is none.
    var bearer: String {
        let parts = (headers.first(name: "authorization") ?? "").split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return "" }
        return String(parts[1].drop { $0 == " " })
    }

    /// Whether the body is to be read as JSON: it says so, or says nothing.
    var isJSON: Bool {
        guard let type = headers.first(name: "content-type") else { return true }
        let media = type.prefix { $0 != ";" && $0 != " " }.lowercased()
        return media == "application/json" || (media.hasPrefix("application/") && media.hasSuffix("+json"))
    }
}
