import EventLog

/// What happened to a decision.
///
/// Indirect: passing an event on counts one reference, not one for every text in it.
package indirect enum DecisionEvent: Sendable, Hashable {
    case submitted(DecisionSubmitted)
    case approved(OperatorVerdict)
    case rejected(OperatorVerdict, reason: String)
    case escalated(DecisionEscalated)
    case slaWarned(DeadlineNotice)
    case timedOut(DeadlineNotice)
    case cancelled(decisionID: String, reason: String)
    case executed(decisionID: String, result: JSON)
    case executionFailed(decisionID: String, error: String)

    package var decisionID: String {
        switch self {
        case .submitted(let event): event.decisionID
        case .approved(let verdict), .rejected(let verdict, _): verdict.decisionID
        case .escalated(let event): event.decisionID
        case .slaWarned(let notice), .timedOut(let notice): notice.decisionID
        case .cancelled(let decisionID, _), .executed(let decisionID, _), .executionFailed(let decisionID, _):
            decisionID
        }
    }
}

package struct DecisionSubmitted: Sendable, Hashable {
    package var decisionID: String
    package var riskLevel: RiskLevel
    package var automationLevel: AutomationLevel
    package var context: DecisionContext
    package var submittedBy: String
    package var priorityScore: Double
    package var createdAt: Timestamp
    /// When the program says that its question arose; nil where it says nothing.
    package var requestedAt: Timestamp?
    /// Nil where no human is asked.
    package var slaDeadline: Timestamp?
    package var warnAt: Timestamp?
}

/// An operator's approval or rejection.
package struct OperatorVerdict: Sendable, Hashable {
    package var decisionID: String
    package var operatorID: String
    /// The session of the Governance API or the login under which it was given; nil for a token without a login.
    package var sessionID: String?
    package var comment: String
    package var reasoning: String?
    /// When the decision entered the queue, so that the time to the verdict can be read off one event.
    package var decisionCreatedAt: Timestamp
    /// The actions that the analyst named; nil where the way of asking knows none.
    package var namedActions: [String]?

    /// Whether a user gave it, who names actions; an operator of a session names none.
    package var isByUser: Bool { namedActions != nil }
}

package struct DecisionEscalated: Sendable, Hashable {
    package var decisionID: String
    package var type: EscalationType
    package var fromRole: String
    package var toRole: String
    /// A target that was asked for and not used.
    package var requestedTarget: String?
    package var reason: String
    package var ruleID: String?
    package var notify: [NotificationChannel]
    /// The operator's words; nil where the clock escalated.
    package var verdict: OperatorVerdict?
}

/// What the SLA clock says about a decision.
package struct DeadlineNotice: Sendable, Hashable {
    package var decisionID: String
    package var riskLevel: RiskLevel
    package var actionType: ActionType
    package var slaDeadline: Timestamp
}
