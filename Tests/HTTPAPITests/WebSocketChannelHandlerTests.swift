import NIOCore
import NIOEmbedded
import NIOWebSocket
import Testing

@testable import HTTPAPI

/// One WebSocket on an event loop whose time and whose reading a test sees.
@Suite("One WebSocket")
struct WebSocketChannelHandlerTests {
    private let channel = EmbeddedChannel()
    private let socket = Socket()
    private let backlog = WebSocketBacklog()
    private let messages = AsyncStream<WebSocketMessage>.makeStream()

    init() throws {
        try channel.pipeline.syncOperations.addHandler(socket)
        try channel.connect(to: .init(ipAddress: "127.0.0.1", port: 1)).wait()
        try channel.pipeline.syncOperations.addHandler(
            WebSocketChannelHandler(
                WebSocketConfiguration(), backlog: backlog, messages: messages.continuation, slowReader: {}))
        // The answer to the handshake.
        try channel.writeOutbound(ByteBuffer())
        _ = try channel.readOutbound(as: ByteBuffer.self)
    }

    /// What the server has sent since the last question.
    private func sent() throws -> [[UInt8]] {
        var sent: [[UInt8]] = []
        while let data = try channel.readOutbound(as: IOData.self) {
            if case .byteBuffer(let buffer) = data { sent.append(Array(buffer.readableBytesView)) }
        }
        return sent
    }

    private static let ping: [UInt8] = [0x89, 0]

    @Test("while nobody looks at what has come, no more is read")
    func heldReading() throws {
        let ping = WebSocketClient.frame(.text, Array("{}".utf8))
        for _ in 1...63 { try channel.writeInbound(ByteBuffer(bytes: ping)) }
        socket.reads = 0
        channel.read()
        #expect(socket.reads == 1)
        try channel.writeInbound(ByteBuffer(bytes: ping))
        channel.read()
        #expect(socket.reads == 1)
        let goesOn = (1...64).map { _ in backlog.remove() }
        #expect(goesOn.firstIndex(of: true) == 32)
        #expect(goesOn.count { $0 } == 1)
        channel.read()
        #expect(socket.reads == 2)
    }

    /// Golden-path 5.6: dead after 60 to 90 s.
    @Test("who says nothing is asked three times and is then dead")
    func dead() throws {
        channel.embeddedEventLoop.advanceTime(by: .seconds(24))
        #expect(try sent() == [])
        channel.embeddedEventLoop.advanceTime(by: .seconds(1))
        #expect(try sent() == [Self.ping])
        channel.embeddedEventLoop.advanceTime(by: .seconds(49))
        #expect(try sent() == [Self.ping])
        #expect(channel.isActive)
        channel.embeddedEventLoop.advanceTime(by: .seconds(1))
        #expect(!channel.isActive)
    }

    @Test("a sign of life is enough, be it a piece of a frame")
    func alive() throws {
        for byte in WebSocketClient.frame(.text, Array("hello".utf8)) {
            channel.embeddedEventLoop.advanceTime(by: .seconds(50))
            #expect(try sent() == [Self.ping, Self.ping])
            try channel.writeInbound(ByteBuffer(bytes: [byte]))
        }
        #expect(channel.isActive)
    }

    @Test("after a fault the client has a moment to read what was wrong")
    func timeToReadFault() throws {
        try channel.writeInbound(ByteBuffer(bytes: [0x81, 0x01, 0x61]))
        #expect(try sent().first?.prefix(4) == [0x88, 23, 0x03, 0xEA])
        try channel.writeInbound(ByteBuffer(bytes: WebSocketClient.frame(.ping, [])))
        #expect(try sent() == [])
        #expect(socket.isOutputClosed)
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(999))
        #expect(channel.isActive)
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(1))
        #expect(!channel.isActive)
    }

    @Test("who does not answer a close is cut off in time")
    func unansweredClose() throws {
        channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        #expect(try sent().first?.prefix(4) == [0x88, 18, 0x03, 0xE9])
        #expect(channel.isActive)
        channel.embeddedEventLoop.advanceTime(by: .seconds(1))
        #expect(!channel.isActive)
    }
}

/// Counts how often more is asked for from the connection, and closes half of it, which an embedded one cannot.
private final class Socket: ChannelOutboundHandler {
    typealias OutboundIn = Never
    var reads = 0
    var isOutputClosed = false

    func read(context: ChannelHandlerContext) { reads += 1 }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        if mode == .output { isOutputClosed = true } else { context.close(mode: mode, promise: promise) }
    }
}
