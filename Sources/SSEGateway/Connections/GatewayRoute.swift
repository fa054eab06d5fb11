import NIOHTTP1

/// What a request is about (sse-gateway 4).
enum GatewayRoute: Sendable, Equatable {
    case preflight
    case health
    case readiness
    case send
    case broadcast
    case retain
    case stream
    /// The head of a stream and nothing else: no backend hears of it.
    case streamHead
    case unknown

    init(_ head: HTTPRequestHead) {
        let path = Self.path(of: head.uri)
        self =
            switch (head.method, path) {
            case (.OPTIONS, _): .preflight
            case (.GET, "/healthz"), (.HEAD, "/healthz"): .health
            case (.GET, "/readyz"), (.HEAD, "/readyz"): .readiness
            case (.POST, "/internal/send"): .send
            case (.POST, "/internal/broadcast"): .broadcast
            case (.POST, "/internal/retain"): .retain
            case (.GET, _): .stream
            case (.HEAD, _): .streamHead
            default: .unknown
            }
    }

    /// The path in a request target, which may be a whole URL (RFC 9112, section 3.2.2).
    private static func path(of target: String) -> Substring {
        var rest = target[...]
        if !rest.hasPrefix("/"), let authority = rest.firstRange(of: "://") {
            rest = rest[authority.upperBound...].drop { $0 != "/" && $0 != "?" }
        }
        return rest.prefix { $0 != "?" }
    }
}
