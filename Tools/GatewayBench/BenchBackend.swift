import EventLog
import NIOCore
import NIOHTTP1
import NIOPosix

/// The backend of a measurement: answers every callback in one way.
struct BenchBackend: Sendable {
    enum Behaviour: String, CaseIterable, Sendable {
        case quick, slow, rubbish, down
    }

    /// What a slow backend takes for an answer.
    static let delay = TimeAmount.seconds(2)

    let log = CallbackLog()
    private let server: any Channel

    init(_ behaviour: Behaviour) async throws {
        server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 4096)
            .childChannelInitializer { [log] channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers(
                        ByteToMessageHandler(HTTPRequestDecoder()), CallbackHandler(behaviour, log: log))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        if behaviour == .down { try await server.close() }
        port = server.localAddress?.port ?? 1
    }

    let port: Int
}

private final class CallbackHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart

    private static let opened = #"{"event":{"name":"connection_open","data":"{\"status\": \"connected\"}"}}"#

    private let behaviour: BenchBackend.Behaviour
    private let log: CallbackLog
    private var body: [UInt8] = []

    init(_ behaviour: BenchBackend.Behaviour, log: CallbackLog) {
        self.behaviour = behaviour
        self.log = log
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head: break
        case .body(let bytes): body += bytes.readableBytesView
        case .end:
            let call = try? JSONParser.parse(body)
            let number = call?["request"]?["url"]?.stringValue.flatMap { Int($0.dropFirst()) }
            let token = call?["action"] == "connect" ? call?["token"]?.stringValue : nil
            let (channel, log, behaviour) = (context.channel, log, behaviour)
            let delay = behaviour == .slow ? BenchBackend.delay : .zero
            context.eventLoop.scheduleTask(in: delay) {
                channel.writeAndFlush(Self.answer(behaviour), promise: nil)
                if let number, let token { log.answered(number, token: token) }
                if call?["action"] == "disconnect" { log.disconnected() }
                channel.close(promise: nil)
            }
        }
    }

    private static func answer(_ behaviour: BenchBackend.Behaviour) -> ByteBuffer {
        if behaviour == .rubbish { return ByteBuffer(string: "this is no HTTP\r\n\r\n") }
        return ByteBuffer(string: "HTTP/1.1 200 OK\r\nContent-Length: \(opened.utf8.count)\r\n\r\n\(opened)")
    }
}
