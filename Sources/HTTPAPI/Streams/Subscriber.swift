import EventLog
import Governance
import NIOCore
import Projections

/// One open stream, as the hub sees it: a bounded buffer in front of a connection.
struct Subscriber: Sendable {
    enum Item: Sendable {
        case events(EventBatch)
        case heartbeat(at: Timestamp, activeConnections: Int)
        case keepAlive
    }

    enum Kind: Sendable {
        case operatorStream
        /// Wants to hear of one decision only.
        case watch(decisionID: String)
    }

    let kind: Kind
    let continuation: AsyncStream<Item>.Continuation
    /// Ends the connection of a reader that does not read.
    let cut: @Sendable () -> Void

    /// Hands over an item; a reader whose buffer is full is cut off.
    ///
    /// - Returns: whether the reader is still there.
    func send(_ item: Item) -> Bool {
        switch continuation.yield(item) {
        case .enqueued: return true
        case .terminated: return false
        case .dropped:
            continuation.finish()
            cut()
            return false
        @unknown default: return true
        }
    }

    func wants(_ batch: EventBatch) -> Bool {
        switch kind {
        case .operatorStream: true
        case .watch(let decisionID):
            batch.events.contains { event in
                guard case .decision(let decision) = event.governance else { return false }
                return decision.decisionID == decisionID
            }
        }
    }
}
