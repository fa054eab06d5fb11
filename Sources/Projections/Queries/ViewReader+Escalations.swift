import EventLog
import GRDB
import Governance

extension ViewReader {
    /// Escalations, newest first: of one decision, or of all.
    package func escalations(of decisionID: String? = nil, limit: Int) throws -> [EscalationRow] {
        let statement = try database.cachedStatement(
            sql: """
                SELECT event_id, decision_id, type, occurred_at, from_role, to_role, requested_target, reason, rule_id,
                    notify
                FROM escalations \(decisionID == nil ? "" : "WHERE decision_id = ?") ORDER BY position DESC LIMIT ?
                """)
        let arguments: StatementArguments = if let decisionID { [decisionID, limit] } else { [limit] }
        let rows = try Row.fetchCursor(statement, arguments: arguments).map { row in
            try EscalationRow(
                eventID: row[0], decisionID: row[1], type: row[2], occurredAt: Timestamp(microseconds: row[3]),
                fromRole: row[4], toRole: row[5], requestedTarget: row.optionalWholeText(at: 6),
                reason: row.wholeText(at: 7), ruleID: row[8],
                notify: row[9])
        }
        return try Array(rows)
    }

    /// How many escalations there were of each type.
    package func escalationCounts() throws -> [String: Int] {
        let statement = try database.cachedStatement(
            sql: "SELECT type, count FROM escalation_counts")
        return Dictionary(
            uniqueKeysWithValues: try Row.fetchAll(statement).map { ($0[0] as String, $0[1] as Int) })
    }
}

package struct EscalationRow: Sendable {
    package let eventID: String
    package let decisionID: String
    package let type: String
    package let occurredAt: Timestamp
    package let fromRole: String
    package let toRole: String
    package let requestedTarget: String?
    package let reason: String
    package let ruleID: String?
    /// A JSON array of channel names.
    package let notify: String
}
