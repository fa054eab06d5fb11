import EventLog

/// A program's request for a decision.
package struct Submission: Sendable, Hashable {
    package enum Automation: Sendable, Hashable {
        /// The program names the level.
        case requested(AutomationLevel)
        /// The level follows from risk and confidence (governance-api 7.3).
        case byPolicy
    }

    package var decisionID: String
    package var riskLevel: RiskLevel
    package var automation: Automation
    package var context: DecisionContext
    /// Replaces the time that the risk level grants.
    package var slaOverride: Interval?
    /// When the question arose, as far as the program says it.
    package var requestedAt: Timestamp?
    /// Who asks: `agent:candi`.
    package var submittedBy: String

    package init(
        decisionID: String, riskLevel: RiskLevel = .high, automation: Automation = .requested(.supervised),
        context: DecisionContext = DecisionContext(), slaOverride: Interval? = nil,
        requestedAt: Timestamp? = nil, submittedBy: String = "agent:unknown"
    ) {
        self.decisionID = decisionID
        self.riskLevel = riskLevel
        self.automation = automation
        self.context = context
        self.slaOverride = slaOverride
        self.requestedAt = requestedAt
        self.submittedBy = submittedBy
    }
}
