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
        decision_id, submitted_position, version, risk_level, automation_level, status, queued, submitted_by, created_at,
        updated_at, sla_deadline, action_type, action_params, reasoning, confidence, threat_score, threat_type, target,
        recommended_action, metadata, escalated_to, resolved_at, resolved_by, operator_decision, operator_notes,
        execution_result, execution_error, requested_at, escalation_reason, named_actions
        """

    init(row: Row) throws {
        guard let risk = RiskLevel(rawValue: row[3]), let automation = AutomationLevel(rawValue: row[4]),
            let status = DecisionStatus(rawValue: row[5])
        else { throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "a decision has an unknown level or status") }
        decisionID = row[0]
        submittedPosition = row[1]
        version = row[2]
        riskLevel = risk
        automationLevel = automation
        self.status = status
        isQueued = row[6]
        submittedBy = row[7]
        createdAt = Timestamp(microseconds: row[8])
        updatedAt = Timestamp(microseconds: row[9])
        slaDeadline = Timestamp(optional: row[10])
        actionType = row[11]
        actionParams = row[12]
        reasoning = try row.wholeText(at: 13)
        confidence = row[14]
        threatScore = row[15]
        threatType = try row.wholeText(at: 16)
        target = try row.wholeText(at: 17)
        recommendedAction = try row.wholeText(at: 18)
        metadata = row[19]
        escalatedTo = row[20]
        resolvedAt = Timestamp(optional: row[21])
        resolvedBy = row[22]
        operatorDecision = row[23]
        operatorNotes = try row.optionalWholeText(at: 24)
        executionResult = row[25]
        executionError = try row.optionalWholeText(at: 26)
        requestedAt = Timestamp(microseconds: row[27])
        escalationReason = try row.optionalWholeText(at: 28)
        namedActions = row[29]
    }
}

extension Timestamp {
    init?(optional microseconds: Int64?) {
        guard let microseconds else { return nil }
        self.init(microseconds: microseconds)
    }
}
