import EventLog
import NIOHTTP1

extension StreamCommand {
    /// What has become of a command (sse-gateway 4.2).
    enum Outcome: Sendable, Equatable {
        case done
        /// The connect callback still runs.
        case buffered
        case bufferFull
        case unknownToken
        case writeFailed

        func answer(in shape: ErrorShape) -> HTTPAnswer {
            switch self {
            case .done: HTTPAnswer.json(.ok) { $0.member("status", "ok") }
            case .buffered: HTTPAnswer.json(.ok) { $0.member("status", "buffered") }
            case .bufferFull: GatewayError.bufferFull.answer(in: shape)
            case .unknownToken: GatewayError.tokenNotFound.answer(in: shape)
            case .writeFailed: GatewayError.writeFailed.answer(in: shape)
            }
        }
    }
}
