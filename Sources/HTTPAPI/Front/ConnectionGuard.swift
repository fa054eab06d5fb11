import EventLog
import Foundation
import NIOCore
import NIOHTTP1

/// Ends a connection whose other side keeps it open without getting on: one that sends the body of a request drop by drop,
/// that goes on sending behind its last request, that does not read what it asked for, or asks without end meanwhile.
///
/// Hummingbird's own timer ends connections on which no request begins. It counts from every piece of a body anew, and not
/// at all while an answer is owed, so that one caller could hold all descriptors for ever.
///
/// A request that was sent before the answer to the last one was read comes through when that has gone out: otherwise
/// answers that nobody reads would pile up in memory.
///
/// It also says `100 Continue` to those who wait for that before they send a body (RFC 9110, section 10.1.1).
final class ConnectionGuard: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// What has come and is not passed on yet.
    private enum Held {
        case part(HTTPServerRequestPart)
        case inputClosed
    }

    /// A body that comes at this rate or faster may take as long as it wants: slow lines are no attack.
    static let bodyBytesPerSecond = 16 << 10

    /// So many requests may be sent before the first of them is answered. A request in memory takes many times its bytes, and
    /// one read from a socket can bring thousands.
    static let requestsInAdvanceMax = 256

    private let patience: TimeAmount
    private let bodySizeBytesMax: Int
    /// Requests whose answer has not gone out whole.
    private var answersOwed = 0
    /// What came behind a request that is being answered.
    private var held = CircularBuffer<Held>()
    /// Whether more is to be read once nothing is held.
    private var mayRead = false
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

    /// - Parameter patience: how long a request may take to come, and how long what was sent may wait for its reader.
    init(patience: Interval, bodySizeBytesMax: Int) {
        self.patience = .microseconds(patience.microseconds)
        self.bodySizeBytesMax = bodySizeBytesMax
    }

    // MARK: Life

    func handlerAdded(context: ChannelHandlerContext) {
        limitUnreadTime(context.channel)
    }

    func channelInactive(context: ChannelHandlerContext) {
        closeInput()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        closeInput()
        timer?.cancel()
        timer = nil
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

    // MARK: Requests

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isCut else { return }
        let part = unwrapInboundIn(data)
        switch part {
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
        if answersOwed > 1 { held.append(.part(part)) } else { pass(part, context) }
    }

    private func pass(_ part: HTTPServerRequestPart, _ context: ChannelHandlerContext) {
        if case .head(let head) = part, expectsContinue(head) {
            context.writeAndFlush(
                wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: .continue))), promise: nil)
        }
        context.fireChannelRead(wrapInboundOut(part))
    }

    /// Passes on the next request of those that are held, as far as it has come.
    private func passHeld(_ context: ChannelHandlerContext) {
        guard !held.isEmpty else { return }
        var isFirst = true
        passing: while let next = held.first {
            switch next {
            case .part(.head) where !isFirst: break passing
            case .part(let part):
                held.removeFirst()
                pass(part, context)
            case .inputClosed:
                held.removeFirst()
                context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
            }
            isFirst = false
        }
        context.fireChannelReadComplete()
        if held.isEmpty, mayRead {
            mayRead = false
            context.read()
        }
    }

    func read(context: ChannelHandlerContext) {
        if held.isEmpty { context.read() } else { mayRead = true }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if isReceiving, waitingSince == nil {
            waitingSince = .now()
            if timer == nil { schedule(in: patience, context) { $0.judge($1) } }
        }
        context.fireChannelReadComplete()
    }

    /// One who is told at once that the body is too long needs not send it.
    private func expectsContinue(_ head: HTTPRequestHead) -> Bool {
        guard let expected = head.headers.first(name: "expect"), head.version == .http1_1 else { return false }
        let length = head.headers.first(name: "content-length").flatMap { Int($0) } ?? 0
        return expected.lowercased() == "100-continue" && length <= bodySizeBytesMax
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
        if case ChannelEvent.inputClosed = event {
            closeInput()
            if !held.isEmpty { return held.append(.inputClosed) }
        }
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
        guard case .end = unwrapOutboundIn(data) else { return context.write(data, promise: promise) }
        let sent = promise ?? context.eventLoop.makePromise()
        context.write(data, promise: sent)
        sent.futureResult.assumeIsolated().whenSuccess { [weak self] in
            guard let self else { return }
            answersOwed -= 1
            passHeld(context)
        }
    }

    /// Nothing more will be said: then the other side has a while to hear it and to hang up.
    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        if mode == .output { schedule(in: patience, context) { $1.close(promise: nil) } }
        context.close(mode: mode, promise: promise)
    }
}
