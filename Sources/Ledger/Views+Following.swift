import EventLog
import Projections

extension Views {
    /// Events in one transaction, after which those who wait for them are served.
    private static let transactionMax = 512

    /// Brings the views up by what a thread took from its queue; by the log where that is not the next of it.
    ///
    /// - Throws: `DatabaseError`, `EventStoreError`, or what reading that log throws.
    func follow(_ work: FollowQueue.Work, with log: any EventStore) throws {
        // The first ones may have been seen: whoever has read the log to its end found them there, while they waited here.
        // Between any two others may have appended, who tell nobody.
        guard !work.mustReadLog, let first = work.events.first?.recorded.position, first <= position + 1,
            let last = work.events.last?.recorded.position, last - first == work.events.count - 1
        else { return try catchUp(with: log) }
        for start in stride(from: 0, to: work.events.count, by: Self.transactionMax) {
            try apply(Array(work.events[start..<min(start + Self.transactionMax, work.events.count)]))
        }
    }
}
