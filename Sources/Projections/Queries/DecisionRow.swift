import EventLog
import GRDB
import Governance

/// A decision as the views know it.
package struct DecisionRow: Sendable {
    package let decisionID: String
    package let submittedPosition: Position
    package let version: Int
    package let riskLevel: RiskLevel
    package let automationLevel: AutomationLevel
    package let status: DecisionStatus
    package let isQueued: Bool
    package let submittedBy: String
    package let createdAt: Timestamp
    /// When the question arose, as its author says; else `createdAt`.
    package let requestedAt: Timestamp
    package let updatedAt: Timestamp
    package let slaDeadline: Timestamp?
    package let actionType: String
    /// A JSON object as text.
    package let actionParams: String
    package let reasoning: String
    /// A JSON number as text.
    package let confidence: String
    /// A JSON number as text.
    package let threatScore: String
    package let threatType: String
    package let target: String
    package let recommendedAction: String
    /// A JSON object as text.
    package let metadata: String
    package let escalatedTo: String?
    /// Of the last operator action, escalations included.
    package let resolvedAt: Timestamp?
    package let resolvedBy: String?
    /// `approve`, `reject` or `escalate`.
    package let operatorDecision: String?
    package let operatorNotes: String?
    package let escalationReason: String?
    /// A JSON array of the actions named with the answer.
    package let namedActions: String?
    /// JSON as text.
    package let executionResult: String?
    package let executionError: String?

    static let columns = """
        decision_id, submitted_position, version, queue_rank, automation_level, status, queued, submitted_by, created_at,
        updated_at, sla_deadline, action_type, action_params, reasoning, confidence, threat_score, threat_type, target,
        recommended_action, metadata, escalated_to, resolved_at, resolved_by, operator_decision, operator_notes,
        execution_result, execution_error, requested_at, escalation_reason, named_actions
        """

    init(_ columns: Columns) throws {
        guard let risk = RiskLevel(queueRank: columns.integer(3)),
            let automation = AutomationLevel(rawValue: columns.text(4)),
            let status = DecisionStatus(rawValue: columns.text(5))
        else { throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "a decision has an unknown level or status") }
        decisionID = columns.text(0)
        submittedPosition = columns.integer(1)
        version = columns.integer(2)
        riskLevel = risk
        automationLevel = automation
        self.status = status
        isQueued = columns.flag(6)
        submittedBy = columns.text(7)
        createdAt = columns.time(8)
        updatedAt = columns.time(9)
        slaDeadline = columns.optionalTime(10)
        actionType = columns.text(11)
        actionParams = columns.text(12)
        reasoning = columns.text(13)
        confidence = columns.text(14)
        threatScore = columns.text(15)
        threatType = columns.text(16)
        target = columns.text(17)
        recommendedAction = columns.text(18)
        metadata = columns.text(19)
        escalatedTo = columns.optionalText(20)
        resolvedAt = columns.optionalTime(21)
        resolvedBy = columns.optionalText(22)
        operatorDecision = columns.optionalText(23)
        operatorNotes = columns.optionalText(24)
        executionResult = columns.optionalText(25)
        executionError = columns.optionalText(26)
        requestedAt = columns.time(27)
        escalationReason = columns.optionalText(28)
        namedActions = columns.optionalText(29)
    }
}

extension Timestamp {
    init?(optional microseconds: Int64?) {
        guard let microseconds else { return nil }
        self.init(microseconds: microseconds)
    }
}
