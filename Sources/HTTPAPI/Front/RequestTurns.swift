import NIOCore
import NIOHTTP1

/// Passes on one request of a connection at a time: what was sent behind it comes through when its answer has gone out.
/// Otherwise answers that nobody reads would pile up in memory.
///
/// NIO's own handler for pipelined requests goes on when an answer is written, read or not.
///
/// It also says `100 Continue` to those who wait for that before they send a body (RFC 9110, section 10.1.1), in their turn.
final class RequestTurns: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// What has come and is not passed on yet.
    private enum Held {
        case part(HTTPServerRequestPart)
        case inputClosed
    }

    private let bodySizeBytesMax: Int
    /// Whether a request was passed on whose answer has not gone out whole.
    private var isAnswering = false
    private var held = CircularBuffer<Held>()
    /// Whether more is to be read once nothing is held.
    private var mayRead = false
    /// Called when the answer to the last request that has come has gone out.
    var whenFree: (() -> Void)?

    init(bodySizeBytesMax: Int) { self.bodySizeBytesMax = bodySizeBytesMax }

    // MARK: Requests

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = unwrapInboundIn(data)
        if !held.isEmpty || isAnswering && part.isHead { held.append(.part(part)) } else { pass(part, context) }
    }

    private func pass(_ part: HTTPServerRequestPart, _ context: ChannelHandlerContext) {
        if case .head(let head) = part {
            isAnswering = true
            if expectsContinue(head) {
                context.writeAndFlush(
                    wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: .continue))), promise: nil)
            }
        }
        context.fireChannelRead(wrapInboundOut(part))
    }

    /// Passes on the next request, as far as it has come.
    private func passHeld(_ context: ChannelHandlerContext) {
        guard !held.isEmpty else { return }
        while let next = held.first {
            if case .part(let part) = next, isAnswering && part.isHead { break }
            held.removeFirst()
            switch next {
            case .part(let part): pass(part, context)
            case .inputClosed: context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
            }
        }
        context.fireChannelReadComplete()
        if held.isEmpty, mayRead {
            mayRead = false
            context.read()
        }
    }

    /// One who is told at once that the body is too long needs not send it.
    private func expectsContinue(_ head: HTTPRequestHead) -> Bool {
        guard let expected = head.headers.first(name: "expect"), head.version == .http1_1 else { return false }
        let length = head.headers.first(name: "content-length").flatMap { Int($0) } ?? 0
        return expected.lowercased() == "100-continue" && length <= bodySizeBytesMax
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed = event, !held.isEmpty { return held.append(.inputClosed) }
        context.fireUserInboundEventTriggered(event)
    }

    // MARK: Answers

    func read(context: ChannelHandlerContext) {
        if held.isEmpty { context.read() } else { mayRead = true }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard case .end = unwrapOutboundIn(data) else { return context.write(data, promise: promise) }
        let sent = promise ?? context.eventLoop.makePromise()
        context.write(data, promise: sent)
        sent.futureResult.assumeIsolated().whenSuccess { [weak self] in
            guard let self else { return }
            isAnswering = false
            passHeld(context)
            if !isAnswering { whenFree?() }
        }
    }
}

extension HTTPServerRequestPart {
    fileprivate var isHead: Bool { if case .head = self { true } else { false } }
}
