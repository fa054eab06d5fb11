import EventLog
import Governance

extension DecisionRow {
    /// The row as the submission alone makes it, whatever has happened to the decision since.
    package init(_ submitted: DecisionSubmitted, _ recorded: RecordedEvent) {
        decisionID = submitted.decisionID
        submittedPosition = recorded.position
        version = recorded.version
        riskLevel = submitted.riskLevel
        automationLevel = submitted.automationLevel
        status = .pending
        isQueued = submitted.automationLevel.requiresReview
        submittedBy = submitted.submittedBy
        createdAt = submitted.createdAt
        requestedAt = submitted.requestedAt ?? submitted.createdAt
        updatedAt = recorded.recordedAt
        slaDeadline = submitted.slaDeadline
        actionType = submitted.context.actionType.rawValue
        actionParams = JSON.object(submitted.context.actionParams).text
        reasoning = submitted.context.reasoning
        confidence = submitted.context.confidence.text
        threatScore = submitted.context.threatScore.text
        threatType = submitted.context.threatType
        target = submitted.context.target
        recommendedAction = submitted.context.recommendedAction
        metadata = JSON.object(submitted.context.metadata).text
        escalatedTo = nil
        resolvedAt = nil
        resolvedBy = nil
        operatorDecision = nil
        operatorNotes = nil
        escalationReason = nil
        namedActions = nil
        executionResult = nil
        executionError = nil
    }
}
