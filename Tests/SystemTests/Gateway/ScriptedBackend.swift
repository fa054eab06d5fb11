import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A backend on a free port that answers every callback as its script says, which may take its time and send meanwhile.
final class ScriptedBackend: Sendable {
    typealias Script = @Sendable (BackendCall) async throws -> BackendReply

    private let recorder: CallRecorder
    private let server: any Channel

    /// Starts to listen.
    init(_ script: @escaping Script) async throws {
        let recorder = CallRecorder(script)
        self.recorder = recorder
        server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 1024)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers(
                        ByteToMessageHandler(HTTPRequestDecoder()), CallHandler(recorder))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }

    deinit {
        server.close(promise: nil)
    }

    var port: Int { server.localAddress?.port ?? 0 }

    /// As a gateway is told it, with a secret in its query.
    var callbackURL: String { "http://localhost:\(port)/api/sse/callback?secret=hush&empty=" }

    /// Refuses connections from now on.
    func stop() async throws {
        try await server.close()
    }

    // MARK: What it heard

    var calls: [BackendCall] { recorder.calls }
    var connects: [BackendCall] { calls.filter { $0.action == "connect" } }
    var disconnects: [BackendCall] { calls.filter { $0.action == "disconnect" } }

    /// The connect of the stream with that URL, once it has come.
    func connect(_ url: String) async throws -> BackendCall {
        await recorder.wait { calls, _ in calls.contains { $0.action == "connect" && $0.url == url } }
        return connects.first { $0.url == url } ?? BackendCall(path: "", headers: [], body: [])
    }

    /// Waits until the answer to the connect with that URL is on its way.
    func answer(toConnect url: String) async {
        await recorder.wait { _, answered in answered.contains { $0.action == "connect" && $0.url == url } }
    }

    /// The disconnects, once there are as many.
    func disconnects(_ count: Int) async -> [BackendCall] {
        await recorder.wait { calls, _ in calls.count { $0.action == "disconnect" } >= count }
        return disconnects
    }

    /// The disconnects of a token, once there is one.
    func disconnects(of token: String) async throws -> [BackendCall] {
        await recorder.wait { calls, _ in calls.contains { $0.action == "disconnect" && $0.token == token } }
        return disconnects.filter { $0.token == token }
    }
}

/// Writes down every callback, then plays the script.
private final class CallRecorder: Sendable {
    /// Of the callbacks that have come, and of those that are answered.
    typealias Condition = @Sendable (_ calls: [BackendCall], _ answered: [BackendCall]) -> Bool

    private struct State {
        var calls: [BackendCall] = []
        var answered: [BackendCall] = []
        /// Nobody waits any more: the time of the test is over.
        var isOver = false
        var waiters: [(isMet: Condition, continuation: CheckedContinuation<Void, Never>)] = []

        mutating func takeMet() -> [CheckedContinuation<Void, Never>] {
            var met: [CheckedContinuation<Void, Never>] = []
            waiters.removeAll { waiter in
                let isMet = isOver || waiter.isMet(calls, answered)
                if isMet { met.append(waiter.continuation) }
                return isMet
            }
            return met
        }
    }

    private let state = Mutex(State())
    private let script: ScriptedBackend.Script

    init(_ script: @escaping ScriptedBackend.Script) {
        self.script = script
    }

    var calls: [BackendCall] { state.withLock { $0.calls } }

    private func change(_ body: (inout State) -> Void) {
        let met = state.withLock { state in
            body(&state)
            return state.takeMet()
        }
        for continuation in met { continuation.resume() }
    }

    /// Waits until what was heard and said meets the condition.
    func wait(until isMet: @escaping Condition) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                change { $0.waiters.append((isMet, continuation)) }
            }
        } onCancel: {
            change { $0.isOver = true }
        }
    }

    func answer(_ call: BackendCall) async -> BackendReply {
        change { $0.calls.append(call) }
        return (try? await script(call)) ?? .hangUp
    }

    func didAnswer(_ call: BackendCall) {
        change { $0.answered.append(call) }
    }
}

/// Collects one request and writes the reply to it.
private final class CallHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = ByteBuffer

    private let recorder: CallRecorder
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []

    init(_ recorder: CallRecorder) {
        self.recorder = recorder
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): self.head = head
        case .body(let bytes): body += bytes.readableBytesView
        case .end:
            let headers = head?.headers.map { (name: $0.name, value: $0.value) } ?? []
            let call = BackendCall(path: head?.uri ?? "", headers: headers, body: body)
            let (recorder, channel) = (recorder, context.channel)
            Task {
                switch await recorder.answer(call) {
                case .raw(let text):
                    try await channel.writeAndFlush(ByteBuffer(string: text))
                    // A gateway that has read it all may have closed it already.
                    try? await channel.close()
                case .hangUp: try await channel.close()
                case .silence: return
                }
                recorder.didAnswer(call)
            }
        }
    }
}
