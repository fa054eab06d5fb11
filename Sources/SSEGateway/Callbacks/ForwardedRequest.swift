import EventLog
import NIOHTTP1

/// The request of a client as the backend sees it, in both callbacks the same (sse-gateway 5.1).
struct ForwardedRequest: Sendable {
    /// The target of the request for people: the values of parameters that prove who somebody is are left out.
    let shownURL: String
    /// The object `request` of a callback.
    private let json: [UInt8]

    /// Of these the first counts, of others all are joined.
    private static let single: Set<String> = [
        "age", "authorization", "content-length", "content-type", "etag", "expires", "from", "host",
        "if-modified-since", "if-unmodified-since", "last-modified", "location", "max-forwards", "proxy-authorization",
        "referer", "retry-after", "server", "user-agent",
    ]

    init(_ head: HTTPRequestHead) {
        shownURL = Self.withoutSecrets(head.uri)
        var headers = JSONObject()
        for (name, value) in head.headers {
            let name = name.lowercased()
            guard let previous = headers[name]?.stringValue else {
                headers[name] = .string(value)
                continue
            }
            if !Self.single.contains(name) {
                headers[name] = .string(previous + (name == "cookie" ? "; " : ", ") + value)
            }
        }
        var writer = JSONWriter(reservingCapacity: 512)
        writer.object { writer in
            writer.member("url", head.uri)
            writer.member("headers", .object(headers))
        }
        json = writer.bytes
    }

    /// A browser's EventSource sends no header of its own, so its tokens stand in the query.
    private static let secrets: Set<Substring> = [
        "access_token", "api_key", "apikey", "jwt", "password", "secret", "session_id", "token",
    ]

    private static func withoutSecrets(_ target: String) -> String {
        guard let mark = target.firstIndex(of: "?") else { return target }
        let query = target[target.index(after: mark)...]
        let shown = query.split(separator: "&", omittingEmptySubsequences: false).map { pair -> Substring in
            let name = pair.prefix { $0 != "=" }
            return name.endIndex < pair.endIndex && secrets.contains(Substring(name.lowercased()))
                ? name + "=***" : pair
        }
        return target[...mark] + shown.joined(separator: "&")
    }

    func connectBody(token: String) -> [UInt8] {
        body(action: "connect", reason: nil, token: token)
    }

    func disconnectBody(token: String, reason: DisconnectReason) -> [UInt8] {
        body(action: "disconnect", reason: reason, token: token)
    }

    private func body(action: String, reason: DisconnectReason?, token: String) -> [UInt8] {
        var writer = JSONWriter(reservingCapacity: json.count + 128)
        writer.object { writer in
            writer.member("action", action)
            writer.memberIfPresent("reason", reason?.rawValue)
            writer.member("token", token)
            writer.key("request")
            writer.raw(json)
        }
        return writer.bytes
    }
}
