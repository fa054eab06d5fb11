import EventLog
import Projections

/// Idempotency keys of the last commands, until the views have seen them.
struct RecentKeys {
    /// Beyond so many, those that the views have seen meanwhile are looked for.
    private static let countMax = 4096

    private var positions: [String: Position] = [:]
    private var newest: Position = 0

    /// Remembers the keys of a batch.
    ///
    /// - Parameters:
    ///   - events: what was committed.
    ///   - seen: the last event that the views have seen.
    mutating func take(_ keys: some Sequence<String>, of events: [CommittedEvent], seen: Position) {
        if seen >= newest { positions = [:] }
        if positions.count > Self.countMax { positions = positions.filter { $0.value > seen } }
        guard let last = events.last?.recorded.position else { return }
        for key in keys {
            positions[key] = last
            newest = last
        }
    }

    /// Whether the views may not have seen all that was done under that key.
    func holds(_ key: String, seen: Position) -> Bool {
        positions[key].map { $0 > seen } ?? false
    }
}
