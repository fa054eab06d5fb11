import EventLog
import Projections

/// Idempotency keys of the last commands, until the views have seen them.
struct RecentKeys {
    /// Beyond so many, those that the views have seen meanwhile are looked for.
    private static let countMax = 4096

    /// Of the batch of each.
    private var positions: [String: ClosedRange<Position>] = [:]
    private var newest: Position = 0

    /// Remembers the keys under which a batch has recorded something.
    ///
    /// - Parameters:
    ///   - events: everything that was committed.
    ///   - seen: the last event that the views have seen.
    mutating func take(_ keys: some Sequence<String>, of events: [CommittedEvent], seen: Position) {
        if seen >= newest { positions = [:] }
        if positions.count > Self.countMax { positions = positions.filter { $0.value.upperBound > seen } }
        guard let first = events.first?.recorded.position, let last = events.last?.recorded.position else { return }
        for key in keys {
            // What follows from a command is recorded under its key too.
            positions[key] = (self.positions(of: key, unseenAfter: seen)?.lowerBound ?? first)...last
            newest = last
        }
    }

    /// Where the events of that key are, if the views may not have seen all of them.
    func positions(of key: String, unseenAfter seen: Position) -> ClosedRange<Position>? {
        positions[key].flatMap { $0.upperBound > seen ? $0 : nil }
    }
}
