import EventLog
import NIOCore
import NIOHTTP1

/// Passes on one request of a connection at a time: what was sent behind it comes through when its answer has gone out.
/// Otherwise answers that nobody reads would pile up in memory. What cannot be read as HTTP waits for its turn too.
///
/// NIO's own handler for pipelined requests goes on when an answer is written, read or not.
///
/// It says `100 Continue` to those who wait for that before they send a body (RFC 9110, section 10.1.1), in their turn, and
/// ends the connection behind the answer that is the last one (RFC 9112, section 9.6): Hummingbird knows of one spelling of
/// `Connection: close` alone, and in requests only.
final class RequestTurns: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// What has come and is not passed on yet.
    private enum Held {
        case part(HTTPServerRequestPart)
        case inputClosed
        case failure(any Error)
    }

    /// How far it is with the last request of the connection.
    private enum Ending {
        case none
        /// It has come, or something that is no request. What comes behind it is not looked at.
        case decided
        /// Its answer has gone out.
        case done
    }

    /// How often more is read of what is not looked at. Who still sends must be able to, or would not come to read the answer
    /// (RFC 9112, section 9.6); who never stops is not served for that.
    private static let uselessReadsMax = 128

    private let bodySizeBytesMax: Int
    /// Whether a request was passed on whose answer has not gone out whole.
    private var isAnswering = false
    /// Whether a request was passed on whose end has not come.
    private var isReceiving = false
    /// Whether whoever is being answered expects to be told that the connection stays, as HTTP/1.0 does.
    private var mustSayKeepAlive = false
    private var ending = Ending.none
    private var held = CircularBuffer<Held>()
    /// Whether more is to be read once nothing is held.
    private var mayRead = false
    private var uselessReadsLeft = RequestTurns.uselessReadsMax
    /// What is to be said about something that is no request: NIO answers it, and without a word.
    private var refusal: String?
    /// Called when the answer to the last request that has come has gone out, and more may come.
    var whenFree: (() -> Void)?

    init(bodySizeBytesMax: Int) { self.bodySizeBytesMax = bodySizeBytesMax }

    // MARK: Requests

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        take(.part(unwrapInboundIn(data)), context)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        take(.failure(error), context)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case ChannelEvent.inputClosed = event else { return context.fireUserInboundEventTriggered(event) }
        take(.inputClosed, context)
    }

    private func take(_ next: Held, _ context: ChannelHandlerContext) {
        if !held.isEmpty || mustWait(next) { held.append(next) } else { pass(next, context) }
    }

    /// Whether it is not about the request that is being answered.
    private func mustWait(_ next: Held) -> Bool {
        switch next {
        case .part(let part): isAnswering && part.isHead
        case .failure: isAnswering && !isReceiving
        case .inputClosed: false
        }
    }

    private func pass(_ next: Held, _ context: ChannelHandlerContext) {
        switch next {
        case .part(let part): pass(part, context)
        case .inputClosed:
            if ending != .done { context.fireUserInboundEventTriggered(ChannelEvent.inputClosed) }
        case .failure(let error):
            guard ending == .none || isReceiving else { return }
            ending = .decided
            isReceiving = false
            refusal = (error as? HTTPParserError).map(Self.sentence)
            context.fireErrorCaught(error)
        }
    }

    private func pass(_ part: HTTPServerRequestPart, _ context: ChannelHandlerContext) {
        if case .head(let head) = part {
            guard ending == .none else { return }
            guard head.isSound else { return pass(.failure(HTTPParserError.invalidHeaderToken), context) }
            isAnswering = true
            isReceiving = true
            if head.isKeepAlive { mustSayKeepAlive = head.version == .http1_0 } else { ending = .decided }
            if expectsContinue(head) {
                context.writeAndFlush(
                    wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: .continue))), promise: nil)
            }
        }
        // Of a request that was refused there may come more.
        guard isReceiving else { return }
        if case .end = part { isReceiving = false }
        context.fireChannelRead(wrapInboundOut(part))
    }

    /// Passes on the next request, as far as it has come.
    private func passHeld(_ context: ChannelHandlerContext) {
        guard !held.isEmpty else { return }
        while let next = held.first {
            if mustWait(next) { break }
            held.removeFirst()
            pass(next, context)
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

    func channelReadComplete(context: ChannelHandlerContext) {
        context.fireChannelReadComplete()
        if ending == .done { read(context: context) }
    }

    // MARK: Answers

    func read(context: ChannelHandlerContext) {
        if ending == .done {
            guard uselessReadsLeft > 0 else { return }
            uselessReadsLeft -= 1
        }
        if held.isEmpty { context.read() } else { mayRead = true }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(var head) where !head.status.isInformational:
            if head.headers[canonicalForm: "connection"].contains(where: { $0.lowercased() == "close" }) {
                ending = .decided
            } else if ending == .decided {
                head.headers.replaceOrAdd(name: "Connection", value: "close")
            } else if mustSayKeepAlive {
                head.headers.replaceOrAdd(name: "Connection", value: "keep-alive")
            }
            guard head.status == .badRequest, let sentence = refusal else {
                return context.write(wrapOutboundOut(.head(head)), promise: promise)
            }
            refusal = nil
            let body = JSON.object(JSONObject([JSONObject.Member(key: "detail", value: .string(sentence))])).bytes
            head.headers.replaceOrAdd(name: "Content-Type", value: "application/json")
            head.headers.replaceOrAdd(name: "Content-Length", value: "\(body.count)")
            context.write(wrapOutboundOut(.head(head)), promise: promise)
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: body)))), promise: nil)
        case .end:
            let sent = promise ?? context.eventLoop.makePromise()
            context.write(data, promise: sent)
            sent.futureResult.assumeIsolated().whenSuccess { [weak self] in self?.hasAnswered(context) }
        case .head, .body: context.write(data, promise: promise)
        }
    }

    /// What is wrong with something that cannot be read as a request.
    private static func sentence(_ error: HTTPParserError) -> String {
        switch error {
        case .invalidURL, .invalidPath, .invalidHost, .invalidPort, .invalidQueryString, .invalidFragment:
            "The target of the request is none that HTTP allows: percent-encode what is not ASCII"
        case .invalidMethod: "The method of the request is none that HTTP knows"
        case .invalidVersion: "The version of HTTP is none that is spoken here"
        case .headerOverflow: "The head of the request is too long"
        case .invalidContentLength, .unexpectedContentLength: "Where the body of the request ends is not clear"
        default: "The request cannot be read as HTTP"
        }
    }

    private func hasAnswered(_ context: ChannelHandlerContext) {
        isAnswering = false
        mustSayKeepAlive = false
        guard ending == .none else { return end(context) }
        passHeld(context)
        if !isAnswering, ending == .none { whenFree?() }
    }

    /// Nothing more is said, and nothing that comes is heard.
    private func end(_ context: ChannelHandlerContext) {
        guard ending != .done else { return }
        ending = .done
        isReceiving = false
        held.removeAll()
        context.close(mode: .output, promise: nil)
        context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        read(context: context)
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        // Whoever is behind this closes the output too, once it has heard of the end.
        if mode == .output, ending == .done { promise?.succeed() } else { context.close(mode: mode, promise: promise) }
    }
}

extension HTTPServerRequestPart {
    fileprivate var isHead: Bool { if case .head = self { true } else { false } }
}

extension HTTPRequestHead {
    /// Whether it is clear for whom it is (RFC 9112, section 3.2), and where it ends (section 6.3).
    fileprivate var isSound: Bool {
        let hosts = headers["host"].count
        guard hosts == 1 || hosts == 0 && version == .http1_0 else { return false }
        guard let length = headers.first(name: "content-length") else { return true }
        return Int(length) != nil && !headers.contains(name: "transfer-encoding")
    }
}

extension HTTPResponseStatus {
    fileprivate var isInformational: Bool { (100..<200).contains(code) }
}
