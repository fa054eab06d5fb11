import EventLog
import Governance

/// Which entries somebody asks for: any of the values of a filter, and all filters together. An empty filter leaves
/// nothing out.
package struct AuditQuestion: Sendable, Hashable {
    /// Both ends belong to it.
    package var from: Timestamp?
    package var until: Timestamp?
    package var decisionIDs: [String] = []
    package var eventTypes: [AuditEventType] = []
    package var actorKinds: [AuditActor.Kind] = []
    /// Names of those who acted, whatever their kind.
    package var actorIDs: [String] = []
    /// Sessions and logins.
    package var sessionIDs: [String] = []
    package var riskLevels: [RiskLevel] = []
    package var automationLevels: [AutomationLevel] = []
    /// Of the decision after the event.
    package var statuses: [DecisionStatus] = []
    package var tags: [AuditTags] = []
    package var targets: [String] = []
    /// Any of these stands in what was said, whatever the case of its ASCII letters.
    package var texts: [String] = []
    /// False for those who may not look at what is about users and logins.
    package var includesIdentity = true

    package init() {}

    /// Whether nothing but kinds of events narrows it, so that it can be counted without a look.
    var asksForKindsAlone: Bool {
        var question = self
        question.eventTypes = []
        question.includesIdentity = true
        return question == AuditQuestion()
    }
}
