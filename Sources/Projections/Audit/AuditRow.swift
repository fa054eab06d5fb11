import EventLog
import GRDB
import Governance

/// An entry as the index has it, with its names.
package struct AuditRow: Sendable, Hashable {
    package let place: AuditPlace
    package let recordedAt: Timestamp
    package let type: AuditEventType
    /// Who acted, as the contract names it.
    package let actor: AuditActor
    /// Who is behind it: the person whose escalation the escalation manager carries out.
    package let author: AuditActor
    package let sessionID: String?
    /// Where the decision was submitted.
    package let subject: Position?
    package let decisionID: String?
    package let target: String?
    package let riskLevel: RiskLevel?
    package let automationLevel: AutomationLevel?
    /// Of the decision after the event.
    package let status: DecisionStatus?
    package let tags: AuditTags
    /// Whether the event kept the deadline or missed it; nil for every other one.
    package let slaOutcome: SLAOutcome?
    /// From the question to this.
    package let waited: Interval?
    /// What was said: comment, reason or error.
    package let reason: String?
    /// Of an execution: where its approval stands.
    package let approvedPosition: Position?

    package var position: Position { place.position }

    static let columns = """
        e.place, e.recorded_at, e.event_type, e.actor_type, a.actor_type, a.actor_id, l.session_id, e.subject,
        s.decision_id, t.name, e.risk_level, e.automation_level, e.status, e.tags, e.sla, e.waited, e.reason,
        CASE e.event_type WHEN 5 THEN (
            SELECT max(b.place) FROM entries b WHERE b.subject = e.subject AND b.event_type = 2 AND b.place < e.place
        ) END
        """

    static let tables = """
        entries e JOIN actors a ON a.actor = e.actor LEFT JOIN sessions l ON l.session = e.session
        LEFT JOIN subjects s ON s.submitted_position = e.subject LEFT JOIN targets t ON t.target = e.target
        """

    init(row: Row) throws {
        guard let type = AuditEventType(rawValue: row[2]), let kind = AuditActor.Kind(rawValue: row[3]),
            let authorKind = AuditActor.Kind(rawValue: row[4])
        else { throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "an entry of the audit is of no known kind") }
        place = AuditPlace(number: row[0])
        recordedAt = Timestamp(microseconds: row[1])
        self.type = type
        author = AuditActor(authorKind, try row.wholeText(at: 5))
        actor = type == .decisionEscalated ? .escalationManager : AuditActor(kind, author.id)
        sessionID = try row.optionalWholeText(at: 6)
        subject = row[7]
        decisionID = row[8]
        target = try row.optionalWholeText(at: 9)
        riskLevel = RiskLevel(auditCode: row[10])
        automationLevel = AutomationLevel(auditCode: row[11])
        status = DecisionStatus(auditCode: row[12])
        tags = AuditTags(rawValue: row[13])
        slaOutcome = SLAOutcome(auditCode: row[14])
        waited = (row[15] as Int64?).map { Interval(microseconds: $0) }
        reason = try row.optionalWholeText(at: 16)
        approvedPosition = (row[17] as Int?).map { AuditPlace(number: $0).position }
    }
}
