import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Synchronization

/// Takes in the response to a callback. Of a body that is longer than any that means something it keeps the beginning:
/// a body is never a reason to fail (sse-gateway 5.3).
final class AnswerCollector: HTTPClientResponseDelegate {
    typealias Response = CallbackAnswer

    private static let bodySizeBytesMax = 1 << 20

    private struct State {
        var status = HTTPResponseStatus.ok
        var reason = ""
        var body: [UInt8] = []
    }

    private let state = Mutex(State())

    func didReceiveHead(task: HTTPClient.Task<Response>, _ head: HTTPResponseHead) -> EventLoopFuture<Void> {
        let reason = head.headers.first(name: ReasonPhraseHandler.field) ?? ""
        state.withLock { state in
            state.status = head.status
            state.reason = reason.isEmpty ? head.status.reasonPhrase : reason
        }
        return task.eventLoop.makeSucceededVoidFuture()
    }

    func didReceiveBodyPart(task: HTTPClient.Task<Response>, _ buffer: ByteBuffer) -> EventLoopFuture<Void> {
        state.withLock { state in
            state.body.append(contentsOf: buffer.readableBytesView.prefix(Self.bodySizeBytesMax - state.body.count))
        }
        return task.eventLoop.makeSucceededVoidFuture()
    }

    func didFinishRequest(task: HTTPClient.Task<Response>) throws -> Response {
        state.withLock { .answered($0.status, reason: $0.reason, body: $0.body) }
    }
}
