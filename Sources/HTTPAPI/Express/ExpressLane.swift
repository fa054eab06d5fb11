import NIOCore

/// Takes the commonest requests out of a connection's bytes and has them answered at once, on the event loop: everything else
/// goes the usual way, byte for byte.
///
/// The usual way costs a request as much as everything that is done about it, or more: the request becomes parts, fields, a
/// task's turn and parts again. A request that is written as nearly all are, for one of a few operations, needs none of that.
///
/// One request of a connection is under way at a time, by whichever of the two ways, so answers keep their order. The lane
/// stands in front of the HTTP parser and only ever steps in between two whole requests. What it cannot tell from where it
/// stands it does not guess: then the connection goes the usual way for good.
final class ExpressLane: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundOut = IOData

    /// Bytes that may come while a request is being answered; then nothing more is read until it is.
    private static let heldSizeBytesMax = 64 << 10

    private enum Turn: Equatable {
        /// Between two requests.
        case idle
        /// A request of ours is being answered.
        case answering
        /// A request goes the usual way, and so many bytes of it are still to come.
        case passing(missing: Int)
        /// Everything goes the usual way.
        case passedOn
    }

    private let desk: ExpressDesk
    private let connection: ConnectionGuard
    private var turn = Turn.idle
    /// What has come of the next request, or of several.
    private var held: ByteBuffer?
    /// The question that is being answered, as it came.
    private var request: ByteBuffer?
    /// Events that are passed on behind the answer.
    private var heldEvents: [Any] = []
    /// Whether nothing more is read until there is room.
    private var isReadingHeld = false
    private var isGone = false
    /// The address of the other side, once somebody has asked.
    private var remoteAddress: String??

    /// - Parameter connection: looks after the time that everything on the connection takes.
    init(desk: ExpressDesk, connection: ConnectionGuard) {
        self.desk = desk
        self.connection = connection
    }

    // MARK: Life

    func channelInactive(context: ChannelHandlerContext) {
        isGone = true
        passHeldEvents(context)
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { isGone = true }

    // MARK: What comes

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch turn {
        case .passedOn:
            context.fireChannelRead(data)
        case .passing(let missing):
            let count = unwrapInboundIn(data).readableBytes
            turn = count <= missing ? .passing(missing: missing - count) : .passedOn
            context.fireChannelRead(data)
        case .answering:
            hold(unwrapInboundIn(data))
            holdReading(context)
        case .idle:
            if held == nil { connection.requestComes() }
            hold(unwrapInboundIn(data))
            serveHeld(context)
        }
    }

    /// Has nothing more read where much waits, and goes on where there is room.
    private func holdReading(_ context: ChannelHandlerContext) {
        let mustHold = (held?.readableBytes ?? 0) > Self.heldSizeBytesMax
        guard mustHold != isReadingHeld else { return }
        isReadingHeld = mustHold
        try? context.channel.syncOptions?.setOption(.autoRead, value: !mustHold)
    }

    private func hold(_ bytes: ByteBuffer) {
        if held == nil { held = bytes } else { held?.writeImmutableBuffer(bytes) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // The end of the input, and the wish that the connection ends, are for when the answer has gone out.
        heldEvents.append(event)
        if turn != .answering { passHeldEvents(context) }
    }

    // MARK: Requests

    /// Goes on with what has come, as far as it has come.
    private func serveHeld(_ context: ChannelHandlerContext) {
        guard turn == .idle, let bytes = held else { return }
        switch bytes.withUnsafeReadableBytes({ RequestHead.read($0) }) {
        case .partial: return
        case .other: passOn(context)
        case .head(let head):
            let size = head.sizeBytes + head.bodySizeBytes
            guard head.isPlain, head.bodySizeBytes <= desk.bodySizeBytesMax,
                let operation = bytes.withUnsafeReadableBytes({ ExpressOperation(head, in: $0) })
            else { return pass(size, context) }
            guard bytes.readableBytes >= size else { return }
            serve(operation, head, bytes, size, context)
        }
    }

    private func serve(
        _ operation: ExpressOperation, _ head: RequestHead, _ bytes: ByteBuffer, _ size: Int,
        _ context: ChannelHandlerContext
    ) {
        guard let body = bytes.getBytes(at: bytes.readerIndex + head.sizeBytes, length: head.bodySizeBytes) else {
            return passOn(context)
        }
        let bound = NIOLoopBound((lane: self, context: context), eventLoop: context.eventLoop)
        turn = .answering
        connection.expressBegins()
        let isTaken = desk.serve(operation, body, from: address(context)) { answer in
            bound.eventLoop.execute {
                let (lane, context) = bound.value
                // A command has been done; a question of one who is gone needs no answer.
                if lane.isGone, lane.request != nil { return }
                if let answer = answer() { lane.send(answer, context) } else { lane.giveBack(context) }
            }
        }
        guard isTaken else {
            turn = .idle
            connection.expressEnds()
            return pass(size, context)
        }
        if case .look = operation { request = bytes.getSlice(at: bytes.readerIndex, length: size) }
        release(size)
    }

    private func address(_ context: ChannelHandlerContext) -> String? {
        if let remoteAddress { return remoteAddress }
        let address = context.remoteAddress?.ipAddress
        remoteAddress = .some(address)
        return address
    }

    /// Takes the request in front away from what is held.
    private func release(_ size: Int) {
        held?.moveReaderIndex(forwardBy: size)
        if held?.readableBytes == 0 { held = nil }
    }

    private func send(_ answer: ByteBuffer, _ context: ChannelHandlerContext) {
        guard !isGone else { return }
        let sent = context.eventLoop.makePromise(of: Void.self)
        // An answer that nobody reads holds up what was sent behind its request.
        sent.futureResult.assumeIsolated().whenSuccess { [weak self] in self?.hasAnswered(context) }
        context.writeAndFlush(wrapOutboundOut(.byteBuffer(answer)), promise: sent)
    }

    /// A question that was taken goes the usual way after all.
    private func giveBack(_ context: ChannelHandlerContext) {
        guard !isGone, var bytes = request else { return }
        let size = bytes.readableBytes
        if let held { bytes.writeImmutableBuffer(held) }
        held = bytes
        request = nil
        turn = .idle
        connection.expressEnds()
        pass(size, context)
        context.fireChannelReadComplete()
        passHeldEvents(context)
        holdReading(context)
    }

    private func hasAnswered(_ context: ChannelHandlerContext) {
        guard !isGone, turn == .answering else { return }
        request = nil
        connection.expressEnds()
        beIdle(context)
    }

    /// Between two requests: goes on with what was held meanwhile.
    private func beIdle(_ context: ChannelHandlerContext) {
        turn = .idle
        if held != nil {
            serveHeld(context)
            // Outside of a read nobody else says so.
            if turn != .answering { context.fireChannelReadComplete() }
        }
        if turn != .answering { passHeldEvents(context) }
        holdReading(context)
    }

    private func passHeldEvents(_ context: ChannelHandlerContext) {
        guard !heldEvents.isEmpty else { return }
        // They are also about a request of which a part has come, which nobody else knows of so far.
        if turn == .idle, held != nil { passOn(context) }
        let events = heldEvents
        heldEvents = []
        for event in events { context.fireUserInboundEventTriggered(event) }
    }

    // MARK: The usual way

    /// The request in front goes the usual way, as far as it has come.
    private func pass(_ size: Int, _ context: ChannelHandlerContext) {
        guard let bytes = held, bytes.readableBytes <= size else { return passOn(context) }
        turn = .passing(missing: size - bytes.readableBytes)
        held = nil
        context.fireChannelRead(wrapInboundOut(bytes))
    }

    private func passOn(_ context: ChannelHandlerContext) {
        turn = .passedOn
        guard let bytes = held else { return }
        held = nil
        context.fireChannelRead(wrapInboundOut(bytes))
    }

    /// The answer to a request that went the usual way has gone out.
    func usualWayIsFree(_ context: ChannelHandlerContext) {
        switch turn {
        case .passing(missing: 0): beIdle(context)
        // It was answered before it had come whole: who knows what the parser makes of the rest.
        case .passing: turn = .passedOn
        case .idle, .answering, .passedOn: break
        }
    }
}
