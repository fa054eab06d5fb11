import EventLog
import GRDB
import Governance

/// Every escalation, by an operator or by the clock.
struct EscalationsProjection: Projection {
    static let name = "escalations"

    func apply(_ event: CommittedEvent, to database: Database) throws {
        guard case .decision(.escalated(let escalated)) = event.governance else { return }
        try database.cachedStatement(
            sql: """
                INSERT INTO escalations (
                    position, event_id, decision_id, type, occurred_at, from_role, to_role, requested_target, reason,
                    rule_id, notify
                ) VALUES (?, ?, ?, ?, ?, ?, ?, CAST(? AS TEXT), CAST(? AS TEXT), ?, ?)
                """
        ).execute(arguments: [
            event.recorded.position, "esc_\(event.recorded.id.text)", escalated.decisionID, escalated.type.rawValue,
            event.recorded.recordedAt.microseconds, escalated.fromRole, escalated.toRole,
            escalated.requestedTarget?.wholeText, escalated.reason.wholeText, escalated.ruleID, escalated.notifyText,
        ])
        try database.add(1, escalationsOf: escalated.type.rawValue)
    }
}

extension DecisionEscalated {
    /// A JSON array of the channels.
    var notifyText: String { JSON.array(notify.map { .string($0.rawValue) }).text }
}
