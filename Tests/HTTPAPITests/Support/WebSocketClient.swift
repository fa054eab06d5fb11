import EventLog
import Foundation
import NIOCore
import NIOPosix
import NIOWebSocket
import Testing

/// A WebSocket client of the tests' own: it sends any bytes, right or wrong, and shows what comes.
final class WebSocketClient {
    /// The answer to a handshake.
    struct Handshake {
        let head: String
        let body: String
        let client: WebSocketClient

        /// Status and body, as in `401 {"detail":"Not authenticated"}`.
        var summary: String { "\(status) \(body)" }

        var status: Int { head.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0 }

        /// The value of a header; nil where it is absent.
        func header(_ name: String) -> String? {
            for line in head.split(separator: "\r\n").dropFirst() {
                let parts = line.split(separator: ":", maxSplits: 1)
                if parts.first?.lowercased() == name.lowercased() { return parts.last?.drop { $0 == " " }.description }
            }
            return nil
        }
    }

    /// How the server ended the connection.
    struct Closing: Equatable, CustomStringConvertible {
        let code: WebSocketErrorCode?
        let reason: String

        init(_ code: WebSocketErrorCode?, _ reason: String = "") {
            self.code = code
            self.reason = reason
        }

        var description: String { "\(code.map { "\($0)" } ?? "no code") \(reason)" }
    }

    struct Ended: Error {}

    let channel: any Channel
    private var answers: AsyncStream<(head: String, body: String)>.Iterator
    private var frames: AsyncStream<WebSocketFrame>.Iterator

    private init(
        channel: any Channel, answers: AsyncStream<(head: String, body: String)>.Iterator,
        frames: AsyncStream<WebSocketFrame>.Iterator
    ) {
        self.channel = channel
        self.answers = answers
        self.frames = frames
    }

    deinit { channel.close(promise: nil) }

    /// - Parameter receiveSizeBytes: the kernel's buffer for what nobody has read yet; its own choice where nil.
    static func connect(
        port: Int, answersPings: Bool = true, receiveSizeBytes: Int? = nil
    ) async throws -> WebSocketClient {
        let (answers, answer) = AsyncStream<(head: String, body: String)>.makeStream()
        let (frames, frame) = AsyncStream<WebSocketFrame>.makeStream()
        var bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        if let receiveSizeBytes {
            bootstrap = bootstrap.channelOption(
                .socketOption(.so_rcvbuf), value: SocketOptionValue(receiveSizeBytes))
        }
        let channel =
            try await bootstrap
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        WebSocketClientHandler(answers: answer, frames: frame, answersPings: answersPings))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        return WebSocketClient(
            channel: channel, answers: answers.makeAsyncIterator(), frames: frames.makeAsyncIterator())
    }

    /// Sends a request and returns the answer to it.
    func ask(_ request: String) async throws -> Handshake {
        try await channel.writeAndFlush(ByteBuffer(string: request))
        guard let (head, body) = await answers.next() else { throw Ended() }
        return Handshake(head: head, body: body, client: self)
    }

    // MARK: Sending

    func send(_ text: String) async throws {
        try await sendFrame(.text, Array(text.utf8))
    }

    func sendFrame(_ opcode: WebSocketOpcode, _ payload: [UInt8], isFinal: Bool = true) async throws {
        try await sendBytes(Self.frame(opcode, payload, isFinal: isFinal))
    }

    func sendBytes(_ bytes: [UInt8]) async throws {
        try await channel.writeAndFlush(ByteBuffer(bytes: bytes))
    }

    /// The bytes of a frame as a client sends it.
    static func frame(_ opcode: WebSocketOpcode, _ payload: [UInt8], isFinal: Bool = true) -> [UInt8] {
        var buffer = ByteBuffer()
        buffer.writeInteger((isFinal ? 0x80 : 0) | UInt8(webSocketOpcode: opcode))
        switch payload.count {
        case ...125: buffer.writeInteger(0x80 | UInt8(payload.count))
        case ...Int(UInt16.max):
            buffer.writeInteger(UInt8(0x80 | 126))
            buffer.writeInteger(UInt16(payload.count))
        default:
            buffer.writeInteger(UInt8(0x80 | 127))
            buffer.writeInteger(UInt64(payload.count))
        }
        let mask = WebSocketMaskingKey.random()
        buffer.writeBytes(mask)
        for (index, byte) in payload.enumerated() { buffer.writeInteger(byte ^ mask[index % 4]) }
        return Array(buffer.readableBytesView)
    }

    // MARK: Receiving

    /// The next frame; nil where the connection has ended.
    func nextFrame() async -> WebSocketFrame? { await frames.next() }

    /// The next message as JSON.
    ///
    /// - Throws: where a close or the end comes instead.
    func next() async throws -> JSON {
        while let frame = await frames.next() {
            if frame.opcode == .text { return try JSONParser.parse(Array(frame.data.readableBytesView)) }
            if frame.opcode == .connectionClose { break }
        }
        throw Ended()
    }

    /// The next messages as JSON.
    func next(_ count: Int) async throws -> [JSON] {
        var messages: [JSON] = []
        while messages.count < count { messages.append(try await next()) }
        return messages
    }

    /// How the server closes, whatever it says before; nil where it does not say. Answers the close and waits for the
    /// end of the connection.
    func closing() async throws -> Closing? {
        while let frame = await frames.next() {
            guard frame.opcode == .connectionClose else { continue }
            var data = frame.data
            let code = data.readWebSocketErrorCode()
            try? await sendFrame(.connectionClose, Array(frame.data.readableBytesView))
            try await channel.closeFuture.get()
            return Closing(code, String(buffer: data))
        }
        return nil
    }

    /// Takes nothing more from the socket.
    func stopReading() async throws {
        try await channel.setOption(.autoRead, value: false).get()
    }

    func readOn() async throws {
        try await channel.setOption(.autoRead, value: true).get()
    }

    /// Makes the end a reset, as that of a machine that has lost its connections.
    func resetAtTheEnd() async throws {
        let provider = try #require(channel as? any SocketOptionProvider)
        try await provider.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
    }

    /// Goes away without a word, as a killed program does.
    func vanish() async throws { try await channel.close() }
}

/// Reads the answer to the handshake, then frames.
private final class WebSocketClientHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let answers: AsyncStream<(head: String, body: String)>.Continuation
    private let frames: AsyncStream<WebSocketFrame>.Continuation
    private let answersPings: Bool
    private var unread = ByteBuffer()
    private var isUpgraded = false

    init(
        answers: AsyncStream<(head: String, body: String)>.Continuation,
        frames: AsyncStream<WebSocketFrame>.Continuation, answersPings: Bool
    ) {
        self.answers = answers
        self.frames = frames
        self.answersPings = answersPings
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if isUpgraded { return context.fireChannelRead(data) }
        var bytes = Self.unwrapInboundIn(data)
        unread.writeBuffer(&bytes)
        let text = String(buffer: unread)
        guard let end = text.range(of: "\r\n\r\n") else { return }
        let head = String(text[..<end.lowerBound])
        if head.hasPrefix("HTTP/1.1 101 ") {
            upgrade(context, head)
        } else if let length = contentLength(head), text[end.upperBound...].utf8.count >= length {
            unread = ByteBuffer()
            answers.yield((head, String(text[end.upperBound...])))
        }
    }

    private func contentLength(_ head: String) -> Int? {
        for line in head.split(separator: "\r\n") where line.lowercased().hasPrefix("content-length:") {
            return Int(line.drop { $0 != ":" }.dropFirst().drop { $0 == " " })
        }
        return nil
    }

    private func upgrade(_ context: ChannelHandlerContext, _ head: String) {
        isUpgraded = true
        let pipeline = context.pipeline.syncOperations
        do {
            try pipeline.addHandler(ByteToMessageHandler(WebSocketFrameDecoder(maxFrameSize: 1 << 24)))
            try pipeline.addHandler(FrameHandler(frames: frames, answersPings: answersPings))
        } catch {
            context.fireErrorCaught(error)
        }
        answers.yield((head, ""))
        unread.moveReaderIndex(forwardBy: head.utf8.count + 4)
        if unread.readableBytes > 0 { context.fireChannelRead(Self.wrapInboundOut(unread)) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        answers.finish()
        frames.finish()
        context.fireChannelInactive()
    }
}

private final class FrameHandler: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = ByteBuffer

    private let frames: AsyncStream<WebSocketFrame>.Continuation
    private let answersPings: Bool

    init(frames: AsyncStream<WebSocketFrame>.Continuation, answersPings: Bool) {
        self.frames = frames
        self.answersPings = answersPings
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = Self.unwrapInboundIn(data)
        if frame.opcode == .ping, answersPings {
            let pong = WebSocketClient.frame(.pong, Array(frame.data.readableBytesView))
            context.writeAndFlush(Self.wrapOutboundOut(ByteBuffer(bytes: pong)), promise: nil)
        }
        frames.yield(frame)
    }
}
