import EventLog
import Foundation
import GRDB

/// Where the events of the first use of an `Idempotency-Key` stand.
struct IdempotencyProjection: Projection {
    static let name = "idempotency_keys"

    func apply(_ event: CommittedEvent, to database: Database) throws {
        // Most events have no key: looking for its name is cheaper than parsing every metadata.
        guard event.recorded.metadata.withCString({ strstr($0, "\"idempotencykey\"") != nil }) else { return }
        let metadata = try EventMetadata(json: event.recorded.metadata)
        guard let key = metadata.idempotencyKey, let hash = metadata.requestHash else { return }
        try database.cachedStatement(
            sql: """
                INSERT INTO idempotency_keys VALUES (?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET last_position = excluded.last_position
                """
        ).execute(arguments: [key, hash, event.recorded.position, event.recorded.position])
    }
}
