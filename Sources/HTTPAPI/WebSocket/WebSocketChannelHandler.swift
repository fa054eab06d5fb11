import EventLog
import NIOCore
import NIOWebSocket

/// One WebSocket on its event loop: reads and writes frames, answers pings, closes properly, notices who is gone.
final class WebSocketChannelHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = Never
    typealias OutboundIn = IOData
    typealias OutboundOut = IOData

    private enum Phase {
        case open
        /// Our close is sent, the client's is awaited.
        case closing
        /// Nothing that comes is looked at any more.
        case closed
    }

    private let configuration: WebSocketConfiguration
    private let backlog: WebSocketBacklog
    private let messages: AsyncStream<WebSocketMessage>.Continuation
    private let slowReader: @Sendable () -> Void

    private var context: ChannelHandlerContext?
    private var phase = Phase.open
    private var reader: WebSocketFrameReader
    private var unread = ByteBuffer()
    /// Whether the answer to the handshake has passed: before it nothing else may.
    private var isAnswered = false
    private var lastHeard = NIODeadline.uptimeNanoseconds(0)
    private var timer: Scheduled<Void>?

    init(
        _ configuration: WebSocketConfiguration, backlog: WebSocketBacklog,
        messages: AsyncStream<WebSocketMessage>.Continuation, slowReader: @escaping @Sendable () -> Void
    ) {
        self.configuration = configuration
        self.backlog = backlog
        self.messages = messages
        self.slowReader = slowReader
        reader = WebSocketFrameReader(messageSizeBytesMax: configuration.messageSizeBytesMax)
    }

    // MARK: Life

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        lastHeard = context.eventLoop.now
        schedule(in: configuration.pingInterval) { $0.checkSilence() }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        end()
        self.context = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        cut()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed:
            // A client that has closed its half without a word is gone.
            cut()
        case is ChannelShouldQuiesceEvent:
            close(.goingAway, "The server stops")
        default:
            context.fireUserInboundEventTriggered(event)
        }
    }

    private func end() {
        phase = .closed
        unread = ByteBuffer()
        messages.finish()
        timer?.cancel()
        timer = nil
    }

    /// Ends the connection now.
    private func cut() {
        end()
        context?.close(promise: nil)
    }

    private func schedule(in interval: Interval, _ body: @escaping (WebSocketChannelHandler) -> Void) {
        timer?.cancel()
        timer = context?.eventLoop.assumeIsolated().scheduleTask(in: .microseconds(interval.microseconds)) {
            [weak self] in
            if let self { body(self) }
        }
    }

    private func checkSilence() {
        guard phase == .open, let context else { return }
        let silence = context.eventLoop.now - lastHeard
        if silence >= .microseconds(configuration.silenceMax.microseconds) { return cut() }
        if silence >= .microseconds(configuration.pingInterval.microseconds) { send(.ping) }
        schedule(in: configuration.pingInterval) { $0.checkSilence() }
    }

    // MARK: Reading

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = Self.unwrapInboundIn(data)
        guard phase != .closed else { return }
        lastHeard = context.eventLoop.now
        if unread.readableBytes == 0 { unread = bytes } else { unread.writeBuffer(&bytes) }
        do throws(WebSocketFault) {
            while phase != .closed, let item = try reader.next(&unread) { receive(item) }
        } catch {
            fail(error)
        }
        if unread.readableBytes == 0 { unread = ByteBuffer() }
    }

    func read(context: ChannelHandlerContext) {
        if backlog.admitsReading() { context.read() }
    }

    /// Goes on where `read` has held.
    func readOn() {
        context?.read()
    }

    private func receive(_ item: WebSocketFrameReader.Item) {
        switch (item, phase) {
        case (.message(let message), .open):
            backlog.add()
            messages.yield(message)
        case (.ping(let payload), .open):
            send(.pong(payload))
        case (.close(let code), .open):
            endTogether(.close(code))
        case (.close, .closing):
            cut()
        case (.message, _), (.ping, _), (.pong, _), (.close, .closed):
            break
        }
    }

    // MARK: Writing

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        isAnswered = true
        context.write(data, promise: promise)
    }

    func send(_ frame: WebSocketServerFrame) {
        send(CollectionOfOne(frame))
    }

    /// - Returns: whether the connection is still open.
    @discardableResult
    func send(_ frames: some Sequence<WebSocketServerFrame>) -> Bool {
        guard phase == .open, isAnswered, let context else { return false }
        for frame in frames { context.write(Self.wrapOutboundOut(.byteBuffer(frame.bytes)), promise: nil) }
        context.flush()
        let waiting = (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
        guard waiting <= configuration.bufferSizeBytesMax else {
            slowReader()
            cut()
            return false
        }
        return true
    }

    // MARK: Closing

    func close(_ code: WebSocketErrorCode, _ reason: String) {
        guard phase == .open, let context else { return }
        guard isAnswered else { return cut() }
        phase = .closing
        messages.finish()
        write(.close(code, reason: reason), to: context, promise: nil)
        schedule(in: configuration.closeTimeout) { $0.cut() }
    }

    /// Answers the client's close; the server is the one who then ends the connection (RFC 6455, section 7.1.1).
    private func endTogether(_ answer: WebSocketServerFrame) {
        guard let context else { return }
        phase = .closed
        messages.finish()
        let promise = context.eventLoop.makePromise(of: Void.self)
        promise.futureResult.assumeIsolated().whenComplete { [weak self] _ in self?.cut() }
        write(answer, to: context, promise: promise)
        schedule(in: configuration.closeTimeout) { $0.cut() }
    }

    /// Says what was wrong. The connection is not torn down before the client had the time to read that: with bytes of
    /// the client unread, the kernel would throw away what we have sent.
    private func fail(_ fault: WebSocketFault) {
        guard let context else { return }
        let hasSaidClose = phase == .closing
        phase = .closed
        unread = ByteBuffer()
        messages.finish()
        if hasSaidClose { return cut() }
        write(.close(fault.code, reason: fault.reason), to: context, promise: nil)
        context.close(mode: .output, promise: nil)
        schedule(in: configuration.closeTimeout) { $0.cut() }
    }

    private func write(
        _ frame: WebSocketServerFrame, to context: ChannelHandlerContext, promise: EventLoopPromise<Void>?
    ) {
        context.writeAndFlush(Self.wrapOutboundOut(.byteBuffer(frame.bytes)), promise: promise)
    }
}
