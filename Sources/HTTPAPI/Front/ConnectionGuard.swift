import EventLog
import Foundation
import NIOCore
import NIOHTTP1

/// Ends a connection whose other side keeps it open without getting on: one on which no request begins, or that sends the
/// body of a request drop by drop, that goes on sending behind its last request, that does not read what it asked for, or asks
/// without end meanwhile.
///
/// Hummingbird's own timer knows the first of these alone, and nothing of requests that do not come by its way. It counts from
/// every piece of a body anew, and not at all while an answer is owed, so that one caller could hold all descriptors for ever.
final class ConnectionGuard: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// A body that comes at this rate or faster may take as long as it wants: slow lines are no attack.
    static let bodyBytesPerSecond = 16 << 10

    /// So many requests may be sent before the first of them is answered. A request in memory takes many times its bytes, and
    /// one read from a socket can bring thousands.
    static let requestsInAdvanceMax = 256

    private let patience: TimeAmount
    /// Requests whose answer is not written whole.
    private var answersOwed = 0
    /// Nothing that still comes is looked at.
    private var isCut = false
    /// Whether the head of a request has come and its end has not.
    private var isReceiving = false
    /// Since when the request that comes in is waited for; nil as long as nothing had to be waited for.
    private var waitingSince: NIODeadline?
    private var bodySizeBytes = 0
    /// Whether the other side has said that it sends nothing more.
    private(set) var isInputClosed = false
    /// Called once, when the other side has said that it sends nothing more, or is gone.
    private var inputClosed: (() -> Void)?
    private var timer: Scheduled<Void>?
    /// Since when nothing is under way, or the next request is coming.
    private var quietSince = NIODeadline.now()
    private var quietTimer: Scheduled<Void>?
    /// Whether a request is being answered that does not come by here.
    private var isExpressUnderWay = false

    /// - Parameter patience: how long a request may take to come, and how long what was sent may wait for its reader.
    init(patience: Interval) {
        self.patience = .microseconds(patience.microseconds)
    }

    // MARK: Life

    func handlerAdded(context: ChannelHandlerContext) {
        limitUnreadTime(context.channel)
        scheduleQuiet(in: patience, context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        closeInput()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        closeInput()
        timer?.cancel()
        timer = nil
        quietTimer?.cancel()
        quietTimer = nil
    }

    /// Has the kernel end the connection when what was sent is neither acknowledged nor read for that long (`tcp(7)`,
    /// `TCP_USER_TIMEOUT`). It alone knows whether the other side gets on; so this holds for streams and WebSockets too.
    private func limitUnreadTime(_ channel: any Channel) {
        #if os(Linux)
            let option = ChannelOptions.Types.SocketOption(
                level: .tcp, name: NIOBSDSocket.Option(rawValue: TCP_USER_TIMEOUT))
            let milliseconds = max(1, patience.nanoseconds / 1_000_000)
            // A channel of a test has no socket.
            try? channel.syncOptions?.setOption(option, value: SocketOptionValue(clamping: milliseconds))
        #endif
    }

    // MARK: Quiet

    private func scheduleQuiet(in time: TimeAmount, _ context: ChannelHandlerContext) {
        quietTimer = context.eventLoop.assumeIsolated().scheduleTask(in: time) { [weak self] in
            self?.judgeQuiet(context)
        }
    }

    /// Ends the connection where no request has come for too long.
    private func judgeQuiet(_ context: ChannelHandlerContext) {
        quietTimer = nil
        if answersOwed > 0 || isReceiving || isExpressUnderWay { return scheduleQuiet(in: patience, context) }
        let deadline = quietSince + patience
        let now = NIODeadline.now()
        guard now < deadline else { return context.close(promise: nil) }
        scheduleQuiet(in: deadline - now, context)
    }

    /// The first bytes of a request have come, whichever way it goes.
    func requestComes() { quietSince = .now() }

    func expressBegins() { isExpressUnderWay = true }

    func expressEnds() {
        isExpressUnderWay = false
        quietSince = .now()
    }

    // MARK: Requests

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isCut else { return }
        switch unwrapInboundIn(data) {
        case .head:
            answersOwed += 1
            guard answersOwed <= Self.requestsInAdvanceMax else {
                isCut = true
                return context.close(promise: nil)
            }
            isReceiving = true
            waitingSince = nil
            bodySizeBytes = 0
        case .body(let bytes): bodySizeBytes += bytes.readableBytes
        case .end: isReceiving = false
        }
        context.fireChannelRead(data)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if isReceiving, waitingSince == nil {
            waitingSince = .now()
            if timer == nil { schedule(in: patience, context) { $0.judge($1) } }
        }
        context.fireChannelReadComplete()
    }

    /// Ends the connection where the request has not come in its time.
    private func judge(_ context: ChannelHandlerContext) {
        guard isReceiving, let since = waitingSince else { return }
        // Behind a request that is being answered we do not read on, so it is not the caller who is slow.
        if answersOwed > 1 {
            waitingSince = .now()
            return schedule(in: patience, context) { $0.judge($1) }
        }
        let deadline = since + patience + .seconds(Int64(bodySizeBytes / Self.bodyBytesPerSecond))
        let now = NIODeadline.now()
        guard now < deadline else { return context.close(promise: nil) }
        schedule(in: deadline - now, context) { $0.judge($1) }
    }

    private func schedule(
        in time: TimeAmount, _ context: ChannelHandlerContext,
        _ body: @escaping (ConnectionGuard, ChannelHandlerContext) -> Void
    ) {
        timer?.cancel()
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: time) { [weak self] in
            guard let self else { return }
            timer = nil
            body(self, context)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed = event { closeInput() }
        context.fireUserInboundEventTriggered(event)
    }

    private func closeInput() {
        isInputClosed = true
        inputClosed?()
        inputClosed = nil
    }

    /// - Parameter body: called when the other side has said that it sends nothing more, or is gone; takes the place of the one
    ///   before. Nil for none.
    func whenInputCloses(_ body: (() -> Void)?) {
        inputClosed = body
        if isInputClosed { closeInput() }
    }

    // MARK: Answers

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) {
            answersOwed -= 1
            quietSince = .now()
        }
        context.write(data, promise: promise)
    }

    /// Nothing more will be said: then the other side has a while to hear it and to hang up.
    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        if mode == .output { schedule(in: patience, context) { $1.close(promise: nil) } }
        context.close(mode: mode, promise: promise)
    }
}
