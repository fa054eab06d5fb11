import EventLog
import NIOCore
import NIOHTTP1
import Projections
import Synchronization

/// Writes what comes to an operator stream straight to its channel, as long as the reader keeps up.
///
/// To wake the task of every stream for every event takes as long as to write it. So the task sleeps meanwhile: it writes
/// what was before the stream began, and whatever comes while the channel takes no more. To encode the same chunk for every
/// stream takes a tenth of the time of all this. So it is encoded once, and goes in behind the encoder: a stream has no length that it could
/// know beforehand, so it is always sent in chunks.
final class LiveWriter: Sendable {
    private struct State {
        /// What the task has not written yet; what was is the first of it. None: the task sleeps.
        var outstanding = 1
        var isClosed = false
        /// Where a response has become bytes; sought when the task sleeps for the first time. Nil in a channel of a test, which
        /// gets all it gets by the task.
        var place: ChannelHandlerContext?
        var isPlaceSought = false
    }

    let channel: any Channel
    private let dialect: Dialect
    private let state: NIOLoopBoundBox<State>
    /// Up to where the client has everything. Written by whoever of the two has its turn.
    private let reached = Atomic<Position>(0)

    init(channel: any Channel, dialect: Dialect) {
        self.channel = channel
        self.dialect = dialect
        state = .makeBoxSendingValue(State(), eventLoop: channel.eventLoop)
    }

    /// The bytes of an item behind those that the client has; nil where it has them all.
    func frames(of item: Subscriber.Item) -> ByteBuffer? {
        let position = reached.load(ordering: .acquiring)
        switch item {
        case .events(let batch):
            guard batch.last > position else { return nil }
            reached.store(batch.last, ordering: .releasing)
            let frames = batch.frames(after: position, in: dialect)
            return frames.readableBytes > 0 ? frames : nil
        case .heartbeat(let moment, let active):
            return OperatorStream.heartbeat(at: moment, position: position, activeConnections: active, in: dialect)
        case .keepAlive:
            return OperatorStream.keepAlive
        }
    }

    // MARK: By the task

    /// The task has written everything up to that position.
    func hasReached(_ position: Position) {
        reached.store(position, ordering: .releasing)
        isDone()
    }

    /// The task has written an item that it was given.
    func isDone() {
        channel.eventLoop.execute { [self] in state.value.outstanding -= 1 }
    }

    /// Writes nothing any more: what follows is the end of the response.
    func close() {
        channel.eventLoop.execute { [self] in state.value.isClosed = true }
    }

    // MARK: On the event loop

    /// - Returns: whether the item is taken care of; otherwise it is the task's.
    func write(_ item: Subscriber.Item) -> Bool {
        state.withValue { state in
            if state.isClosed { return true }
            guard state.outstanding == 0, channel.isWritable, let place = place(&state) else {
                state.outstanding += 1
                return false
            }
            if let chunk = chunk(of: item) { place.writeAndFlush(NIOAny(IOData.byteBuffer(chunk)), promise: nil) }
            return true
        }
    }

    private func chunk(of item: Subscriber.Item) -> ByteBuffer? {
        guard case .events(let batch) = item else { return frames(of: item).flatMap { ByteBuffer(chunkOf: $0) } }
        let position = reached.load(ordering: .acquiring)
        guard batch.last > position else { return nil }
        reached.store(batch.last, ordering: .releasing)
        return batch.chunk(after: position, in: dialect)
    }

    private func place(_ state: inout State) -> ChannelHandlerContext? {
        if !state.isPlaceSought {
            state.isPlaceSought = true
            state.place = try? channel.pipeline.syncOperations.context(handlerType: HTTPResponseEncoder.self)
        }
        return state.place
    }
}
