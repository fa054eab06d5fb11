import EventLog
import NIOHTTP1

/// Why a request is refused: a status, a word for programs and a sentence for people (sse-gateway 11).
struct GatewayError: Error, Sendable, Equatable {
    let status: HTTPResponseStatus
    let code: String
    let message: String

    func answer(in shape: ErrorShape) -> HTTPAnswer {
        HTTPAnswer.json(status, status == .unauthorized ? Self.challenge : []) { writer in
            switch shape {
            case .flat: writer.member("error", message)
            case .nested:
                writer.object("error") { writer in
                    writer.member("message", message)
                    writer.member("code", code)
                }
            }
        }
    }

    /// RFC 9110, section 15.5.2.
    private static let challenge = [("WWW-Authenticate", "Bearer")]

    // MARK: Commands

    static let unauthorized = GatewayError(
        status: .unauthorized, code: "UNAUTHORIZED",
        message: "Unauthorized: a command carries the send secret of the gateway as a bearer token")
    static let tokenMissing = GatewayError(
        status: .badRequest, code: "INVALID_TOKEN_MISSING",
        message: "Invalid request: token is required and must be a string")
    static let eventType = GatewayError(
        status: .badRequest, code: "INVALID_EVENT_TYPE", message: "Invalid request: event must be an object")
    static let eventDataMissing = GatewayError(
        status: .badRequest, code: "INVALID_EVENT_DATA_MISSING",
        message: "Invalid request: event.data is required and must be a string")
    static let eventNameType = GatewayError(
        status: .badRequest, code: "INVALID_EVENT_NAME_TYPE",
        message: "Invalid request: event.name must be a string")
    static let closeType = GatewayError(
        status: .badRequest, code: "INVALID_CLOSE_TYPE", message: "Invalid request: close must be a boolean")
    static let tokensMissing = GatewayError(
        status: .badRequest, code: "INVALID_TOKENS",
        message: "Invalid request: tokens is required and must be an array of strings")
    static let ageType = GatewayError(
        status: .badRequest, code: "INVALID_OLDER_THAN_MS",
        message: "Invalid request: older_than_ms must be a whole number of milliseconds, at most a day")
    static let framesType = GatewayError(
        status: .badRequest, code: "INVALID_FRAMES",
        message: "Invalid request: frames is required and must be a string that ends with an empty line")
    static let tokenNotFound = GatewayError(status: .notFound, code: "TOKEN_NOT_FOUND", message: "Token not found")
    static let bufferFull = GatewayError(
        status: .tooManyRequests, code: "BUFFER_FULL",
        message: "Too much waits for the connect callback of this stream")
    static let writeFailed = GatewayError(
        status: .internalServerError, code: "WRITE_FAILED", message: "Write failed: connection closed")

    // MARK: Streams

    static let notConfigured = GatewayError(
        status: .serviceUnavailable, code: "SERVICE_NOT_CONFIGURED", message: "Service not configured")
    static let brokerUnavailable = GatewayError(
        status: .serviceUnavailable, code: "RABBITMQ_UNAVAILABLE", message: "RabbitMQ unavailable")
    static let backendUnavailable = GatewayError(
        status: .serviceUnavailable, code: "BACKEND_UNAVAILABLE", message: "Backend unavailable")
    static let gatewayTimeout = GatewayError(
        status: .gatewayTimeout, code: "GATEWAY_TIMEOUT", message: "Gateway timeout")
    static let tooManyStreams = GatewayError(
        status: .serviceUnavailable, code: "TOO_MANY_STREAMS", message: "Too many streams are open")

    /// The backend does not want the stream.
    static func refused(by backend: HTTPResponseStatus) -> GatewayError {
        let code =
            switch backend.code {
            case 401: "BACKEND_AUTH_FAILED"
            case 403: "BACKEND_FORBIDDEN"
            default: "BACKEND_ERROR"
            }
        // A status that has no body by definition cannot carry the reason.
        let isCarrier = backend.code >= 200 && backend != .notModified
        return GatewayError(
            status: isCarrier ? backend : .badGateway, code: code, message: "Backend returned \(backend.code)")
    }

    // MARK: Requests

    static let notFound = GatewayError(status: .notFound, code: "NOT_FOUND", message: "Not found")
    static let invalidJSON = GatewayError(
        status: .badRequest, code: "INVALID_JSON", message: "Invalid request: the body is not JSON")
    static let malformedRequest = GatewayError(
        status: .badRequest, code: "MALFORMED_REQUEST", message: "Invalid request: this is not HTTP")
    static let headTooLarge = GatewayError(
        status: .requestHeaderFieldsTooLarge, code: "HEADERS_TOO_LARGE",
        message: "Invalid request: the headers are too long")

    static func bodyTooLarge(_ sizeBytesMax: Int) -> GatewayError {
        GatewayError(
            status: .payloadTooLarge, code: "BODY_TOO_LARGE",
            message: "Invalid request: the body is longer than \(sizeBytesMax) bytes")
    }
}
