import EventLog
import GRDB
import Governance

/// What the writer keeps in memory, read back at the start.
extension ViewReader {
    /// How far the streams of these decisions go, and where they begin; those that are not known are left out.
    package func versions(of decisionIDs: some Sequence<String>) throws -> [String: (position: Position, version: Int)]
    {
        var versions: [String: (position: Position, version: Int)] = [:]
        for id in decisionIDs {
            versions[id] = try database.rows(
                "SELECT submitted_position, version FROM decisions WHERE decision_id = ?", [.text(id)]
            ) { ($0.integer(0), $0.integer(1)) }.first
        }
        return versions
    }

    /// Those of these decisions on which somebody can still act, or which the views do not know yet.
    package func queued(among decisionIDs: [String]) throws -> Set<String> {
        var queued = Set(decisionIDs)
        for id in decisionIDs {
            let row = try database.rows("SELECT queued FROM decisions WHERE decision_id = ?", [.text(id)]) {
                $0.flag(0)
            }
            if row.first == false { queued.remove(id) }
        }
        return queued
    }

    /// Decisions that wait for a person or for the outcome of their execution.
    package func openDecisions() throws -> [DecisionState] {
        let columns = """
            decision_id, queue_rank, automation_level, status, action_type, created_at, sla_deadline, sla_warn_at,
            sla_warned, operator_decision IS NOT NULL, rejections, version
            """
        let cursor = try Row.fetchCursor(
            database,
            sql: """
                SELECT \(columns) FROM decisions WHERE queued = 1
                UNION ALL SELECT \(columns) FROM decisions WHERE queued = 0 AND status = 'pending'
                """)
        var decisions: [DecisionState] = []
        while let row = try cursor.next() {
            guard let risk = RiskLevel(queueRank: row[1]), let automation = AutomationLevel(rawValue: row[2]),
                let status = DecisionStatus(rawValue: row[3]), let action = ActionType(rawValue: row[4])
            else {
                throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "a decision has an unknown level or status")
            }
            decisions.append(
                DecisionState(
                    decisionID: row[0], riskLevel: risk, automationLevel: automation, status: status,
                    actionType: action,
                    createdAt: Timestamp(microseconds: row[5]), slaDeadline: Timestamp(optional: row[6]),
                    warnAt: Timestamp(optional: row[7]), isWarned: row[8], isAnswered: row[9],
                    rejections: row[10], version: row[11]))
        }
        return decisions
    }

    /// How many decisions wait for a person.
    package func queueSize() throws -> Int {
        try Int.fetchOne(database, sql: "SELECT sum(count) FROM decision_counts WHERE queued = 1") ?? 0
    }

    /// Decisions whose action was to run without a person, and of which nobody has recorded that it did.
    package func interruptedDecisions() throws -> [String] {
        try String.fetchAll(
            database,
            sql: "SELECT decision_id FROM decisions WHERE queued = 0 AND status = 'pending' ORDER BY submitted_position"
        )
    }

    package func openSessions() throws -> [SessionState] {
        try Row.fetchAll(
            database,
            sql:
                "SELECT session_id, operator_id, operator_role, expires_at, version FROM sessions WHERE closed_at IS NULL"
        ).map { row in
            SessionState(
                sessionID: row[0], operatorID: row[1], operatorRole: row[2],
                expiresAt: Timestamp(microseconds: row[3]), isClosed: false, version: row[4])
        }
    }

    /// Decisions of which the SLA clock has something to say, the longest overdue first.
    package func dueDecisions(at now: Timestamp, limit: Int, skipping skipped: Int = 0) throws -> [String] {
        let statement = try database.cachedStatement(
            sql: "SELECT decision_id FROM decisions WHERE due_at <= ? ORDER BY due_at LIMIT ? OFFSET ?")
        return try String.fetchAll(statement, arguments: [now.microseconds, limit, skipped])
    }

    /// Sessions whose time is over.
    package func dueSessions(at now: Timestamp, limit: Int, skipping skipped: Int = 0) throws -> [String] {
        let statement = try database.cachedStatement(
            sql: """
                SELECT session_id FROM sessions WHERE closed_at IS NULL AND expires_at <= ?
                ORDER BY expires_at LIMIT ? OFFSET ?
                """)
        return try String.fetchAll(statement, arguments: [now.microseconds, limit, skipped])
    }

    /// The first use of an `Idempotency-Key`.
    package func idempotencyKey(_ key: String) throws -> IdempotencyRow? {
        let statement = try database.cachedStatement(
            sql: "SELECT request_hash, first_position, last_position FROM idempotency_keys WHERE idempotency_key = ?")
        guard let row = try Row.fetchOne(statement, arguments: [key]) else { return nil }
        return IdempotencyRow(requestHash: row[0], positions: row[1]...row[2])
    }
}

package struct IdempotencyRow: Sendable {
    package let requestHash: String
    package let positions: ClosedRange<Position>
}
