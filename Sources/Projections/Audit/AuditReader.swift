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

    /// The earliest and the latest time of any event; nil for an empty log.
    package func timeSpan() throws -> ClosedRange<Timestamp>? {
        let row = try Row.fetchOne(
            database.cachedStatement(
                sql: """
                    SELECT
                        (SELECT recorded_at FROM entries ORDER BY place LIMIT 1),
                        (SELECT min(recorded_at) FROM entries WHERE late_by > 0),
                        (SELECT recorded_at + late_by FROM entries ORDER BY place DESC LIMIT 1)
                    """))
        guard let row, let first = Timestamp(optional: row[0]), let last = Timestamp(optional: row[2]) else {
            return nil
        }
        return min(first, Timestamp(optional: row[1]) ?? first)...last
    }

    /// The last event before the log's time first went beyond that moment; 0 where all came later.
    ///
    /// After the clock was set back, events carry times that had passed already: they belong to the time at which the log
    /// stood, so the log as of a moment is always a beginning of the log.
    package func position(at moment: Timestamp) throws -> Position {
        try firstPlace(since: moment + Interval(microseconds: 1)).map { $0.position - 1 } ?? position()
    }

    /// The first place whose event has that time or a later one; nil where all are earlier.
    func firstPlace(since moment: Timestamp) throws -> AuditPlace? {
        // The time of the log never goes back, so every look halves the places that are left.
        let statement = try database.cachedStatement(
            sql: "SELECT place, recorded_at + late_by FROM entries WHERE place >= ? ORDER BY place LIMIT 1")
        var first = 0
        var end = AuditPlace.end(of: try position()).number + 1
        var found: Int?
        while first < end {
            let middle = first + (end - first) / 2
            let row = try Row.fetchOne(statement, arguments: [middle])
            if let row, row[1] < moment.microseconds {
                first = row[0] + 1
            } else {
                found = row?[0] ?? found
                end = middle
            }
        }
        return found.map { AuditPlace(number: $0) }
    }

    /// The last place whose event has that time or an earlier one; nil where all are later.
    func lastPlace(until moment: Timestamp) throws -> AuditPlace? {
        let beyond = try firstPlace(since: moment + Interval(microseconds: 1))
        let inTime = try Int.fetchOne(
            database.cachedStatement(sql: "SELECT max(place) FROM entries WHERE place < ?"),
            arguments: [beyond?.number ?? .max])
        let late = try Int.fetchOne(
            database.cachedStatement(sql: "SELECT max(place) FROM entries WHERE late_by > 0 AND recorded_at <= ?"),
            arguments: [moment.microseconds])
        return [inTime, late].compactMap(\.self).max().map { AuditPlace(number: $0) }
    }
}
