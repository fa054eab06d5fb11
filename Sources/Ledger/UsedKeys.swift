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
        // Views that cannot follow keep nobody from hearing what was recorded under a key: what they may not have seen is
        // remembered.
        let seen = views.position
        let rows = try views.readNow { views in try keys.map { try views.idempotencyKey($0.key) } }
        for (key, row) in zip(keys, rows) where committed[key.key] == nil {
            let unseen = recent.positions(of: key.key, unseenAfter: seen)
            guard let first = row?.positions.lowerBound ?? unseen?.lowerBound,
                let last = unseen?.upperBound ?? row?.positions.upperBound
            else { continue }
            let events = try Self.events(of: key.key, in: min(first, last)...last, log)
            let hash =
                try row?.requestHash
                ?? events.first.flatMap { try EventMetadata(json: $0.recorded.metadata).requestHash }
            guard let hash else { continue }
            committed[key.key] = (hash, events)
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
