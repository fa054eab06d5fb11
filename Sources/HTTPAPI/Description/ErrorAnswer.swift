import EventLog
import HTTPTypes

/// An answer that is no success, described once for all operations that give it.
enum ErrorAnswer: String, Sendable, CaseIterable {
    case badRequest = "BadRequest"
    case notAuthenticated = "NotAuthenticated"
    /// 401 for something other than the token, without the header that asks for one.
    case notProved = "NotProved"
    case forbidden = "Forbidden"
    case notFound = "NotFound"
    case notAcceptable = "NotAcceptable"
    case conflict = "Conflict"
    case tooLarge = "TooLarge"
    case invalidInput = "InvalidInput"
    /// Input, or the key under which it was sent.
    case invalidInputOrKey = "InvalidInputOrKey"
    case tooManyRequests = "TooManyRequests"
    case unavailable = "Unavailable"

    var status: HTTPResponse.Status {
        switch self {
        case .badRequest: .badRequest
        case .notAuthenticated, .notProved: .unauthorized
        case .forbidden: .forbidden
        case .notFound: .notFound
        case .notAcceptable: .notAcceptable
        case .conflict: .conflict
        case .tooLarge: .contentTooLarge
        case .invalidInput, .invalidInputOrKey: .unprocessableContent
        case .tooManyRequests: .tooManyRequests
        case .unavailable: .serviceUnavailable
        }
    }

    var meaning: String {
        switch self {
        case .badRequest:
            "The request cannot be granted as it stands: the body is no UTF-8, the user is not active, or what it is about has moved on."
        case .notAuthenticated: "There is no token, or it is not good any more."
        case .notProved: "A password, a code, a session or a token is not good."
        case .forbidden: "Whoever asks may not do this."
        case .notFound: "There is no such thing."
        case .notAcceptable: "Accept takes none of the forms that there are."
        case .conflict: "It stands in the way of what is there already."
        case .tooLarge: "The body, or a name in it, is longer than the server accepts."
        case .invalidInput: "The input is not as described: each element says where and why."
        case .invalidInputOrKey:
            "The input is not as described: each element says where and why. Or the Idempotency-Key cannot be used, which a sentence says."
        case .tooManyRequests: "There were too many failed attempts: try again after `Retry-After` seconds."
        case .unavailable:
            "Nothing was changed, unless `detail` says that this is not certain: try again after `Retry-After` seconds."
        }
    }

    var schema: NamedSchema {
        switch self {
        case .invalidInput: .validationError
        case .invalidInputOrKey: .validationErrorOrDetail
        case .badRequest, .notAuthenticated, .notProved, .forbidden, .notFound, .notAcceptable, .conflict, .tooLarge,
            .tooManyRequests, .unavailable:
            .detail
        }
    }

    /// The header field that always comes with it.
    var header: AnswerHeader? {
        switch self {
        case .notAuthenticated: .authenticate
        case .tooManyRequests, .unavailable: .retryAfter
        case .badRequest, .notProved, .forbidden, .notFound, .notAcceptable, .conflict, .tooLarge, .invalidInput,
            .invalidInputOrKey:
            nil
        }
    }
}
