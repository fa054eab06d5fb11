import AsyncHTTPClient
import NIOHTTP1

/// What has become of a callback.
enum CallbackAnswer: Sendable {
    /// - Parameter reason: the words of the status line, or the usual ones where it has none.
    case answered(HTTPResponseStatus, reason: String, body: [UInt8])
    /// Nothing came in time.
    case timedOut
    /// Nobody is there, or the connection broke.
    case unreachable(reason: String)

    init(_ error: any Error) {
        let late: [HTTPClientError] = [.deadlineExceeded, .connectTimeout, .readTimeout, .writeTimeout]
        if let error = error as? HTTPClientError, late.contains(error) {
            self = .timedOut
        } else {
            self = .unreachable(reason: String(describing: error))
        }
    }
}
