import EventLog
import GRDB
import Governance

extension ViewReader {
    /// The totals of an operator; zeros for an unknown one.
    package func operatorStatistics(_ operatorID: String, at now: Timestamp) throws -> OperatorStatistics {
        let totals = try database.integers(
            """
            SELECT sessions, approved, rejected, escalated, review_time,
                closed_duration + 1000 * (open_sessions * ? - open_since_sum)
            FROM operators WHERE operator_id = ?
            """, [.integer(SummedTime.moment(now.microseconds)), .text(operatorID)])
        guard let totals else { return OperatorStatistics() }
        func total(_ column: Int) -> Int { Int(totals[column] ?? 0) }
        return OperatorStatistics(
            sessions: total(0), approved: total(1), rejected: total(2), escalated: total(3),
            reviewTime: Interval(microseconds: totals[4] ?? 0),
            sessionDuration: Interval(microseconds: max(0, totals[5] ?? 0)))
    }

    package func session(_ sessionID: String) throws -> SessionRow? {
        let statement = try database.cachedStatement(
            sql: "SELECT operator_id, opened_position, expires_at, closed_at FROM sessions WHERE session_id = ?")
        guard let row = try Row.fetchOne(statement, arguments: [sessionID]) else { return nil }
        return SessionRow(
            operatorID: row[0], openedPosition: row[1], expiresAt: Timestamp(microseconds: row[2]),
            closedAt: Timestamp(optional: row[3]))
    }
}

package struct OperatorStatistics: Sendable {
    package var sessions = 0
    package var approved = 0
    package var rejected = 0
    package var escalated = 0
    /// From submission to action, summed over all reviews.
    package var reviewTime = Interval.seconds(0)
    /// Summed over all sessions, open ones up to now.
    package var sessionDuration = Interval.seconds(0)

    package var reviewed: Int { approved + rejected + escalated }
    package var averageReviewSeconds: Double { reviewed > 0 ? reviewTime.seconds / Double(reviewed) : 0 }
}

package struct SessionRow: Sendable {
    package let operatorID: String
    /// Where its first event stands.
    package let openedPosition: Position
    package let expiresAt: Timestamp
    package let closedAt: Timestamp?

    package func isValid(at now: Timestamp) -> Bool {
        closedAt == nil && now < expiresAt
    }
}
