import EventLog
import GRDB
import Governance

/// Sessions, and the totals of operators: those of sessions, and users who answer without one.
struct OperatorsProjection: Projection {
    static let name = "operators"

    func apply(_ event: CommittedEvent, to database: Database) throws {
        switch event.governance {
        case .session(.opened(let opened)):
            try Self.open(opened, event.recorded, in: database)
        case .session(.closed(let sessionID, let operatorID, let reason)):
            try Self.close(sessionID, of: operatorID, reason, event.recorded, in: database)
        case .decision(.approved(let verdict)):
            try Self.count("approved", verdict, event.recorded, in: database)
        case .decision(.rejected(let verdict, _)):
            try Self.count("rejected", verdict, event.recorded, in: database)
        case .decision(.escalated(let escalated)):
            if let verdict = escalated.verdict {
                try Self.count("escalated", verdict, event.recorded, in: database)
            }
        case .decision, nil:
            break
        }
    }

    private static func open(_ opened: SessionOpened, _ recorded: RecordedEvent, in database: Database) throws {
        try database.cachedStatement(
            sql: """
                INSERT INTO sessions (
                    session_id, operator_id, operator_name, operator_role, version, opened_position, created_at,
                    expires_at, last_active_at, ip_address, user_agent, metadata
                ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            opened.sessionID, opened.operatorID, opened.operatorName, opened.operatorRole, recorded.version,
            recorded.position, opened.createdAt.microseconds, opened.expiresAt.microseconds,
            opened.createdAt.microseconds,
            opened.ipAddress, opened.userAgent, JSON.object(opened.metadata).text,
        ])
        try database.cachedStatement(
            sql: """
                INSERT INTO operators (
                    operator_id, operator_name, operator_role, sessions, open_sessions, open_since_sum
                ) VALUES (?, ?, ?, 1, 1, ?)
                ON CONFLICT DO UPDATE SET
                    operator_name = excluded.operator_name, operator_role = excluded.operator_role,
                    sessions = sessions + 1, open_sessions = open_sessions + 1,
                    open_since_sum = open_since_sum + excluded.open_since_sum
                """
        ).execute(arguments: [
            opened.operatorID, opened.operatorName, opened.operatorRole,
            SummedTime.moment(opened.createdAt.microseconds),
        ])
    }

    private static func close(
        _ sessionID: String, of operatorID: String, _ reason: SessionCloseReason, _ recorded: RecordedEvent,
        in database: Database
    ) throws {
        let row = try Row.fetchOne(
            database.cachedStatement(sql: "SELECT created_at, expires_at FROM sessions WHERE session_id = ?"),
            arguments: [sessionID])
        guard let row else { throw ProjectionError.missingRow("session \(sessionID)") }
        let createdAt: Int64 = row[0]
        let expiresAt: Int64 = row[1]
        // An expired session lasted until it expired, however late that was noticed.
        let closedAt = min(recorded.recordedAt.microseconds, expiresAt)
        try database.cachedStatement(
            sql: "UPDATE sessions SET closed_at = ?, close_reason = ?, version = ? WHERE session_id = ?"
        ).execute(arguments: [closedAt, reason.rawValue, recorded.version, sessionID])
        try database.cachedStatement(
            sql: """
                UPDATE operators SET open_sessions = open_sessions - 1, open_since_sum = open_since_sum - ?,
                    closed_duration = closed_duration + ?
                WHERE operator_id = ?
                """
        ).execute(arguments: [SummedTime.moment(createdAt), max(0, closedAt - createdAt), operatorID])
    }

    private static func count(
        _ column: String, _ verdict: OperatorVerdict, _ recorded: RecordedEvent, in database: Database
    ) throws {
        let reviewTime = SummedTime.review(
            from: verdict.decisionCreatedAt.microseconds, to: recorded.recordedAt.microseconds)
        try database.run(
            """
            UPDATE sessions SET \(column) = \(column) + 1, review_time = review_time + ?, last_active_at = ?
            WHERE session_id = ?
            """,
            [.integer(reviewTime), .time(recorded.recordedAt), .optional(verdict.sessionID)])
        let counted =
            "UPDATE operators SET \(column) = \(column) + 1, review_time = review_time + ? WHERE operator_id = ?"
        let values: [BoundValue] = [.integer(reviewTime), .text(verdict.operatorID)]
        try database.run(counted, values)
        if database.changesCount == 1 { return }
        try database.run(
            """
            INSERT INTO operators (operator_id, operator_name, operator_role)
            SELECT username, CASE full_name WHEN '' THEN username ELSE full_name END, rank FROM users
            WHERE username = ?
            """,
            [.text(verdict.operatorID)])
        try database.run(counted, values)
        guard database.changesCount == 1 else {
            throw ProjectionError.missingRow("operator \(verdict.operatorID)")
        }
    }
}
