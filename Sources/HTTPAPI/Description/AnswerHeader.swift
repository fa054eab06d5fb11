/// A header field that answers are described with.
enum AnswerHeader: String, Sendable, CaseIterable {
    case requestID = "X-Request-ID"
    case authenticate = "WWW-Authenticate"
    case retryAfter = "Retry-After"
    case cacheControl = "Cache-Control"
    case link = "Link"

    var meaning: String {
        switch self {
        case .requestID: "The name of the request, which its log line and its events carry."
        case .authenticate: "The scheme that is wanted."
        case .retryAfter: "Seconds."
        case .cacheControl: "What the answer holds is for nobody's cache."
        case .link: "The next page, where there is one (RFC 8288)."
        }
    }

    var schema: Schema {
        switch self {
        case .requestID: .text(atLeast: 1)
        case .authenticate: .constant("Bearer")
        case .retryAfter: .integer
        case .cacheControl: .constant("no-store")
        case .link: .text(atLeast: 1)
        }
    }

    var isAlwaysThere: Bool { self != .link }
}
