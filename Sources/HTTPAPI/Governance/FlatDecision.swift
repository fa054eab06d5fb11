import EventLog
import Governance
import Projections

/// A decision in its flat form, from a row of the views or from the event that began it (governance-api 5.2).
struct FlatDecision {
    let decisionID: String
    let actionType: String
    var target: String
    let riskLevel: RiskLevel
    let status: DecisionStatus
    let automationLevel: AutomationLevel
    /// A JSON number as text.
    var confidence: String
    /// A JSON object as text.
    var metadata: String
    var reasoning: String
    var recommendedAction: String
    /// A JSON number as text.
    var threatScore: String
    var threatType: String
    let createdAt: Timestamp
    let slaDeadline: Timestamp?
    /// The row, once somebody has acted.
    private let resolution: DecisionRow?
    var operatorNotes: String?

    /// - Parameter status: what to show instead of the status of the row.
    init(_ row: DecisionRow, status: DecisionStatus? = nil) {
        decisionID = row.decisionID
        actionType = row.actionType
        target = row.target
        riskLevel = row.riskLevel
        self.status = status ?? row.status
        automationLevel = row.automationLevel
        confidence = row.confidence
        metadata = row.metadata
        reasoning = row.reasoning
        recommendedAction = row.recommendedAction
        threatScore = row.threatScore
        threatType = row.threatType
        createdAt = row.createdAt
        slaDeadline = row.slaDeadline
        // A status of earlier does not go with a resolution of later.
        resolution = row.resolvedAt == nil || (status ?? row.status) != row.status ? nil : row
        operatorNotes = row.operatorNotes
    }

    init(_ submitted: DecisionSubmitted) {
        decisionID = submitted.decisionID
        actionType = submitted.context.actionType.rawValue
        target = submitted.context.target
        riskLevel = submitted.riskLevel
        status = .pending
        automationLevel = submitted.automationLevel
        confidence = submitted.context.confidence.text
        metadata = JSON.object(submitted.context.metadata).text
        reasoning = submitted.context.reasoning
        recommendedAction = submitted.context.recommendedAction
        threatScore = submitted.context.threatScore.text
        threatType = submitted.context.threatType
        createdAt = submitted.createdAt
        slaDeadline = submitted.slaDeadline
        resolution = nil
        operatorNotes = nil
    }

    /// Up to this size an element of a list is shown whole. A list has up to 1,000 of them, and readers enough may ask
    /// for one at once.
    private static let elementSizeBytesMax = 16 * 1024

    /// Writes the decision as an element of a list: shortened where it is large.
    func writeElement(to writer: inout JSONWriter, in dialect: Dialect) {
        let size =
            metadata.utf8.count + reasoning.utf8.count + target.utf8.count + recommendedAction.utf8.count
            + threatType.utf8.count + (operatorNotes?.utf8.count ?? 0) + confidence.utf8.count + threatScore.utf8.count
        let shown = size > Self.elementSizeBytesMax ? shortened : self
        writer.object { shown.members(to: &$0, in: dialect) }
    }

    /// Writes the members into an object that is open.
    func members(to writer: inout JSONWriter, in dialect: Dialect) {
        writer.member("decision_id", decisionID)
        writer.member("action_type", actionType)
        writer.member("target", target)
        writer.member("risk_level", dialect.word(riskLevel))
        writer.member("status", dialect.word(status))
        writer.member("automation_level", dialect.word(automationLevel))
        writer.member("confidence", raw: confidence)
        writer.member("context", raw: metadata)
        writer.member("reasoning", reasoning)
        writer.member("recommended_action", recommendedAction)
        writer.member("threat_score", raw: threatScore)
        writer.member("threat_type", threatType)
        writer.member("created_at", createdAt)
        writer.member("sla_deadline", slaDeadline)
        guard let resolution else { return }
        writer.member("resolved_at", resolution.resolvedAt)
        writer.member("operator_id", resolution.resolvedBy)
        writer.member("operator_decision", resolution.operatorDecision)
        writer.member("operator_notes", operatorNotes)
        writer.member("operator_override", resolution.operatorDecision == "reject")
    }
}
