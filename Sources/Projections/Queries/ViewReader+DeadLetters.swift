import EventLog
import GRDB

/// Events that a projection could not take.
extension ViewReader {
    /// Those that nobody has set aside.
    package func deadLetterCount() throws -> Int { try openDeadLetters().values.reduce(0, +) }

    /// The same by projection.
    package func openDeadLetters() throws -> [String: Int] {
        let rows = try Row.fetchAll(
            database.cachedStatement(
                sql: "SELECT projection, count(*) FROM dead_letters WHERE skipped_position IS NULL GROUP BY projection")
        )
        return Dictionary(uniqueKeysWithValues: rows.map { ($0[0], $0[1]) })
    }

    /// The first so many from that position on, also those that were set aside.
    package func deadLetters(from position: Position = 0, limit: Int) throws -> [DeadLetter] {
        try DeadLetter.all(in: database, "position >= ?", [position], limit: limit)
    }
}

extension DeadLetter {
    static func all(
        in database: Database, _ condition: String, _ arguments: StatementArguments, limit: Int = 100
    ) throws -> [DeadLetter] {
        let statement = try database.cachedStatement(
            sql: """
                SELECT projection, position, reason, skipped_position, skipped_reason, skipped_by FROM dead_letters
                WHERE \(condition) ORDER BY position, projection LIMIT \(limit)
                """)
        return try Row.fetchAll(statement, arguments: arguments).map { row in
            let skippedAt: Position? = row[3]
            return DeadLetter(
                projection: row[0], position: row[1], reason: row[2],
                skip: skippedAt.map { Skip(position: $0, reason: row[4] ?? "", actor: row[5] ?? "") })
        }
    }

    /// Those of an event that nobody has set aside.
    static func open(at position: Position, in database: Database) throws -> [DeadLetter] {
        try all(in: database, "position = ? AND skipped_position IS NULL", [position])
    }
}
