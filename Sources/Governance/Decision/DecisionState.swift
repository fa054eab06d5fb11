import EventLog

/// What has to be known of a decision to decide the next command: a fold of its stream.
package struct DecisionState: Sendable, Hashable {
    package var decisionID: String
    package var riskLevel: RiskLevel
    package var automationLevel: AutomationLevel
    package var status: DecisionStatus
    package var actionType: ActionType
    package var createdAt: Timestamp
    package var slaDeadline: Timestamp?
    package var warnAt: Timestamp?
    package var isWarned: Bool
    /// Whether a person has said something about it, be it only who else should.
    package var isAnswered: Bool
    package var rejections: Int
    /// The version of the stream that this state is a fold of.
    package var version: Int

    package init(
        decisionID: String, riskLevel: RiskLevel, automationLevel: AutomationLevel, status: DecisionStatus,
        actionType: ActionType, createdAt: Timestamp, slaDeadline: Timestamp?, warnAt: Timestamp?, isWarned: Bool,
        isAnswered: Bool, rejections: Int, version: Int
    ) {
        self.decisionID = decisionID
        self.riskLevel = riskLevel
        self.automationLevel = automationLevel
        self.status = status
        self.actionType = actionType
        self.createdAt = createdAt
        self.slaDeadline = slaDeadline
        self.warnAt = warnAt
        self.isWarned = isWarned
        self.isAnswered = isAnswered
        self.rejections = rejections
        self.version = version
    }

    /// Whether it waits for a person.
    package var isQueued: Bool { status.isOpen && automationLevel.requiresReview }

    /// The next moment at which the clock has something to say, nil for never.
    ///
    /// Only a pending decision is timed: once somebody has escalated it, the clock leaves it alone.
    package var dueAt: Timestamp? {
        guard isQueued, status == .pending else { return nil }
        return isWarned ? slaDeadline : warnAt
    }
}
