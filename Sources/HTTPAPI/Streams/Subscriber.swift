import EventLog
import NIOCore
import Synchronization

/// One open stream, as the hub sees it: a bounded buffer in front of a connection.
final class Subscriber: Sendable {
    enum Item: Sendable {
        case events(EventBatch)
        case heartbeat(at: Timestamp, activeConnections: Int)
        case keepAlive
    }

    enum Kind: Sendable {
        case operatorStream
        /// Wants to hear of one decision only.
        case watch(decisionID: String)
        /// Carries the events on to the operator streams of a gateway.
        case gateway
    }

    /// What waits for a reader, in bytes: counted up by the hub and down by the reader.
    final class Pending: Sendable {
        private let bytes = Atomic<Int>(0)

        func add(_ count: Int) -> Int { bytes.wrappingAdd(count, ordering: .relaxed).newValue }
        func remove(_ count: Int) { bytes.wrappingSubtract(count, ordering: .relaxed) }
    }

    let kind: Kind
    /// The session that the stream belongs to; nil for one of none.
    let sessionID: String?
    let continuation: AsyncStream<Item>.Continuation
    let pending: Pending
    let sizeBytesMax: Int
    /// Whether the listener may still listen; nil where nobody asked who it is.
    let isStillValid: (@Sendable () -> Bool)?
    /// Writes in place of the reader; nil where every item goes through the buffer.
    let live: LiveWriter?
    /// Ends the connection of a reader that does not read.
    private let cut: @Sendable () -> Void

    init(
        kind: Kind, sessionID: String?, continuation: AsyncStream<Item>.Continuation, pending: Pending,
        sizeBytesMax: Int, isStillValid: (@Sendable () -> Bool)?, live: LiveWriter?, cut: @escaping @Sendable () -> Void
    ) {
        self.kind = kind
        self.sessionID = sessionID
        self.continuation = continuation
        self.pending = pending
        self.sizeBytesMax = sizeBytesMax
        self.isStillValid = isStillValid
        self.live = live
        self.cut = cut
    }

    /// Hands over an item; a reader whose buffer is full is cut off.
    ///
    /// - Returns: whether the reader is still there.
    func send(_ item: Item) -> Bool {
        if pending.add(item.sizeBytes) > sizeBytesMax { return end() }
        switch continuation.yield(item) {
        case .enqueued: return true
        case .terminated: return false
        case .dropped: return end()
        @unknown default: return true
        }
    }

    private func end() -> Bool {
        continuation.finish()
        cut()
        return false
    }

    var isWatch: Bool { if case .watch = kind { true } else { false } }

    func wants(_ batch: EventBatch) -> Bool {
        switch kind {
        case .operatorStream, .gateway: true
        case .watch(let decisionID): batch.decisionIDs.contains(decisionID)
        }
    }
}

extension Subscriber.Item {
    /// What the item keeps in memory until it is written.
    var sizeBytes: Int {
        switch self {
        case .events(let batch): batch.sizeBytes
        case .heartbeat, .keepAlive: 0
        }
    }
}
