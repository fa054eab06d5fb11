/// What was wrong with a message of a client (golden-path 5.1 and 5.6).
enum LiveErrorCode: String, Sendable {
    /// Not JSON, not an object, or not text.
    case format = "FORMAT_ERROR"
    case alertTypes = "INVALID_ALERT_TYPES"
    case tooLarge = "MESSAGE_TOO_LARGE"
    case rateLimited = "RATE_LIMITED"
    case tooManyConnections = "TOO_MANY_CONNECTIONS"
}
