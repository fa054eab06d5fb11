import EventLog
import Logging
import NIOCore
import NIOHTTP1

/// Serves the requests of one connection one after the other, until one of them opens a stream.
final class ConnectionHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// How long a connection lingers after its last answer.
    private static let lingerTime = TimeAmount.seconds(2)
    /// How long a connection waits for another request after a stream: the response has promised that it does, and some
    /// clients wait for its end all the same.
    private static let reuseTime = TimeAmount.seconds(5)

    private let core: GatewayCore
    private var state = ConnectionState.idle
    /// Parts of later requests that came while one is answered. Nothing more is read meanwhile.
    private var waiting: [HTTPServerRequestPart] = []
    private var isReadWanted = false
    /// The client sends nothing more; it may still read.
    private var isInputClosed = false
    private var isQuiescing = false
    private var idleLimit: Scheduled<Void>?
    private var context: ChannelHandlerContext?

    init(core: GatewayCore) {
        self.core = core
    }

    // MARK: The connection

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        limitIdleTime(core.configuration.idleTimeout.timeAmount)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        idleLimit?.cancel()
        let before = state
        state = .closed
        switch before {
        case .opening(_, let stream), .streaming(let stream): stream.clientLeft()
        case .idle, .receiving, .answering, .lingering, .closed: break
        }
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed: inputClosed(context)
        case is ChannelShouldQuiesceEvent: quiesce(context)
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    /// A client that has half closed a stream is gone: no browser and no library does it and goes on reading.
    private func inputClosed(_ context: ChannelHandlerContext) {
        isInputClosed = true
        switch state {
        case .answering: break
        case .idle, .receiving, .opening, .streaming, .lingering, .closed: context.close(promise: nil)
        }
    }

    private func quiesce(_ context: ChannelHandlerContext) {
        isQuiescing = true
        switch state {
        case .idle, .lingering: context.close(promise: nil)
        case .opening(_, let stream), .streaming(let stream):
            limitIdleTime(shutdownLimit)
            stream.shutDown()
        case .receiving, .answering: limitIdleTime(shutdownLimit)
        case .closed: break
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch (error, state) {
        // What comes after the request of a stream is ignored, whatever it is.
        case (is HTTPParserError, .streaming), (is ByteToMessageDecoderError, .streaming), (_, .lingering): break
        case (let error as HTTPParserError, .idle), (let error as HTTPParserError, .receiving):
            let refusal = error == .headerOverflow ? GatewayError.headTooLarge : .malformedRequest
            write(refusal.answer(in: core.configuration.errorShape), connection: "close")
            linger(context)
        case (is HTTPParserError, .answering): isInputClosed = true
        default: context.close(promise: nil)
        }
    }

    private var shutdownLimit: TimeAmount { core.configuration.shutdownDrainTimeout.timeAmount }

    private func limitIdleTime(_ limit: TimeAmount) {
        idleLimit?.cancel()
        guard let context else { return }
        idleLimit = context.eventLoop.assumeIsolated().scheduleTask(in: limit) { context.close(promise: nil) }
    }

    /// Throws away what still comes, then closes.
    private func linger(_ context: ChannelHandlerContext) {
        state = .lingering
        waiting = []
        guard !isInputClosed else { return context.close(promise: nil) }
        context.close(mode: .output, promise: nil)
        limitIdleTime(isQuiescing ? shutdownLimit : Self.lingerTime)
    }

    // MARK: Requests

    func read(context: ChannelHandlerContext) {
        switch state {
        case .answering, .opening: isReadWanted = true
        case .idle, .receiving, .streaming, .lingering, .closed: context.read()
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = unwrapInboundIn(data)
        switch state {
        case .idle, .receiving: receive(part, context)
        case .answering, .opening: waiting.append(part)
        case .streaming, .lingering, .closed: break
        }
    }

    private func receive(_ part: HTTPServerRequestPart, _ context: ChannelHandlerContext) {
        switch (part, state) {
        case (.head(let head), .idle): begin(head, context)
        case (.body(var bytes), .receiving(let head, var body)):
            // Or the buffer would be copied with every part.
            state = .idle
            body.writeBuffer(&bytes)
            state = .receiving(head, body: body)
            if body.readableBytes > core.configuration.bodySizeBytesMax { refuseBody(context) }
        case (.end, .receiving(let head, let body)):
            state = .answering(head)
            idleLimit?.cancel()
            respond(to: head, body, context)
        default: break
        }
    }

    private func begin(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        let length = head.headers.first(name: "content-length").flatMap { Int($0) } ?? 0
        if GatewayRoute(head) == .stream {
            open(head, context)
        } else if length > core.configuration.bodySizeBytesMax {
            refuseBody(context)
        } else {
            state = .receiving(head, body: ByteBuffer())
            guard head.headers.first(name: "expect")?.lowercased() == "100-continue" else { return }
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n")), promise: nil)
        }
    }

    private func refuseBody(_ context: ChannelHandlerContext) {
        let error = GatewayError.bodyTooLarge(core.configuration.bodySizeBytesMax)
        write(error.answer(in: core.configuration.errorShape), connection: "close")
        linger(context)
    }

    private func respond(to head: HTTPRequestHead, _ body: ByteBuffer, _ context: ChannelHandlerContext) {
        do throws(GatewayError) {
            switch try core.answer(head, body, on: context.eventLoop) {
            case .now(let answer): finish(answer)
            case .later(let answer): answer.assumeIsolated().whenSuccess { self.finish($0) }
            }
        } catch {
            let details: Logger.Metadata = ["status": "\(error.status.code)", "code": "\(error.code)"]
            core.logger.warning("request refused", metadata: details)
            finish(error.answer(in: core.configuration.errorShape))
        }
    }

    private func open(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        guard core.trouble == nil, let callbacks = core.callbacks else {
            state = .answering(head)
            return finish((core.trouble ?? .notConfigured).answer(in: core.configuration.errorShape))
        }
        let stream = EventStream(head, channel: context.channel, core: core, callbacks: callbacks)
        state = .opening(head, stream)
        idleLimit?.cancel()
        stream.onEnd = { self.streamEnded(head) }
        stream.open { decision in
            switch decision {
            case .opened, .rejected:
                self.state = .streaming(stream)
                self.waiting = []
                self.resumeReading()
            case .refused(let error):
                self.state = .answering(head)
                self.finish(error.answer(in: self.core.configuration.errorShape))
            }
        }
    }

    private func streamEnded(_ head: HTTPRequestHead) {
        guard case .streaming = state, let context else { return }
        guard head.isPersistent, !head.isHTTP10, !isQuiescing else { return context.close(promise: nil) }
        state = .idle
        limitIdleTime(Self.reuseTime)
    }

    // MARK: Answers

    /// Writes the answer to the request in hand, and goes on to the next one.
    private func finish(_ answer: HTTPAnswer) {
        guard case .answering(let head) = state, let context else { return }
        let isKept = head.isPersistent && !isQuiescing
        let connection = isKept ? (head.isHTTP10 ? "keep-alive" : nil) : "close"
        write(answer, connection: connection, hasBody: head.method != .HEAD)
        guard isKept else {
            linger(context)
            return resumeReading()
        }
        state = .idle
        limitIdleTime(core.configuration.idleTimeout.timeAmount)
        goOn(context)
    }

    private func goOn(_ context: ChannelHandlerContext) {
        while !waiting.isEmpty {
            switch state {
            case .idle, .receiving: receive(waiting.removeFirst(), context)
            case .answering, .opening, .streaming, .lingering, .closed: return
            }
        }
        if isInputClosed, case .idle = state { return context.close(promise: nil) }
        resumeReading()
    }

    private func resumeReading() {
        guard isReadWanted, let context else { return }
        isReadWanted = false
        context.read()
    }

    private func write(_ answer: HTTPAnswer, connection: String? = nil, hasBody: Bool = true) {
        guard let context else { return }
        let bytes = answer.bytes(at: core.configuration.time.now(), connection: connection, hasBody: hasBody)
        context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
    }
}
