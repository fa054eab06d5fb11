import EventLog
import GRDB

/// One consistent state of the audit index, for the length of a question.
package struct AuditReader {
    let database: Database

    /// - Parameter views: of the model `audit`.
    package init(_ views: ViewReader) {
        database = views.database
    }

    /// The last event that this state has seen.
    package func position() throws -> Position { try ViewReader(database: database).position() }

    // MARK: From time to place

    /// The last event before the log's time first went beyond that moment; 0 where all came later.
    ///
    /// After the clock was set back, events carry times that had passed already: they belong to the time at which the log
    /// stood, so the log as of a moment is always a beginning of the log.
    package func position(at moment: Timestamp) throws -> Position {
        try firstPlace(since: moment + Interval(microseconds: 1)).map { $0.position - 1 } ?? position()
    }

    /// The first place whose event has that time or a later one; nil where all are earlier.
    func firstPlace(since moment: Timestamp) throws -> AuditPlace? {
        // The first event that reaches a time is never late, whatever came before.
        try Int.fetchOne(
            database.cachedStatement(
                sql: """
                    SELECT place FROM entries WHERE is_late = 0 AND recorded_at >= ?
                    ORDER BY recorded_at, place LIMIT 1
                    """),
            arguments: [moment.microseconds]
        ).map { AuditPlace(number: $0) }
    }

    /// The last place whose event has that time or an earlier one; nil where all are later.
    func lastPlace(until moment: Timestamp) throws -> AuditPlace? {
        let inTime = try Int.fetchOne(
            database.cachedStatement(
                sql: """
                    SELECT place FROM entries WHERE is_late = 0 AND recorded_at <= ?
                    ORDER BY recorded_at DESC, place DESC LIMIT 1
                    """),
            arguments: [moment.microseconds])
        let late = try Int.fetchOne(
            database.cachedStatement(sql: "SELECT max(place) FROM entries WHERE is_late = 1 AND recorded_at <= ?"),
            arguments: [moment.microseconds])
        return [inTime, late].compactMap(\.self).max().map { AuditPlace(number: $0) }
    }
}
