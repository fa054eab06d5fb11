import EventLog
import GRDB

/// Which dead letters somebody has set aside. It is a projection of every model, because each has dead letters of its own.
struct DeadLettersProjection: Projection {
    static let name = "dead_letters"

    func apply(_ event: CommittedEvent, to database: Database) throws {
        guard case .store(.letterSkipped(let skipped)) = event.meaning else { return }
        let statement = try database.cachedStatement(
            sql: """
                UPDATE dead_letters SET skipped_position = ?, skipped_reason = ?, skipped_by = ?
                WHERE projection = ? AND position = ? AND skipped_position IS NULL
                """)
        for projection in skipped.projections {
            try statement.execute(arguments: [
                event.recorded.position, skipped.reason, skipped.skippedBy, projection, skipped.position,
            ])
        }
    }
}
