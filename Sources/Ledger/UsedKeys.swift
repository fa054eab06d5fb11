import EventLog
import Projections

/// The idempotency keys that the commands of a batch carry, as far as they have been used before.
struct UsedKeys {
    enum Use {
        /// The key stands for another request.
        case otherRequest
        /// The events of its first use.
        case committed([CommittedEvent])
        /// The place in the batch of the command that uses it first.
        case inBatch(Int)
    }

    private var committed: [String: (requestHash: String, events: [CommittedEvent])] = [:]
    private var inBatch: [String: (requestHash: String, index: Int)] = [:]

    init(_ keys: [IdempotencyKey], recent: RecentKeys, log: any EventStore, views: Views) throws {
        guard !keys.isEmpty else { return }
        let seen = views.position
        // Views that cannot follow keep nobody from hearing what was recorded under a key.
        for key in keys {
            guard let positions = recent.positions(of: key.key, unseenAfter: seen) else { continue }
            let events = try Self.events(of: key.key, in: positions, log)
            guard let first = events.first, let hash = try EventMetadata(json: first.recorded.metadata).requestHash
            else {
                continue
            }
            committed[key.key] = (hash, events)
        }
        let rows = try views.readNow { views in try keys.map { try views.idempotencyKey($0.key) } }
        for (key, row) in zip(keys, rows) {
            guard let row, committed[key.key] == nil else { continue }
            committed[key.key] = (row.requestHash, try Self.events(of: key.key, in: row.positions, log))
        }
    }

    /// Other commands may have written between the events of one key.
    private static func events(
        of key: String, in positions: ClosedRange<Position>, _ log: any EventStore
    ) throws -> [CommittedEvent] {
        try log.read(from: positions.lowerBound, limit: positions.count)
            .filter { try EventMetadata(json: $0.metadata).idempotencyKey == key }
            .map { CommittedEvent($0) }
    }

    func use(of key: IdempotencyKey) -> Use? {
        if let earlier = committed[key.key] {
            return earlier.requestHash == key.requestHash ? .committed(earlier.events) : .otherRequest
        }
        if let earlier = inBatch[key.key] {
            return earlier.requestHash == key.requestHash ? .inBatch(earlier.index) : .otherRequest
        }
        return nil
    }

    mutating func remember(_ key: IdempotencyKey, at index: Int) {
        inBatch[key.key] = (key.requestHash, index)
    }
}
