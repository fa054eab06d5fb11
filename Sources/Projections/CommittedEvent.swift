import EventLog
import Governance

/// An event of the log together with what it means, so that nobody decodes it twice.
package struct CommittedEvent: Sendable {
    package let recorded: RecordedEvent
    /// Nil for an event of a domain that this program does not know, and for one that cannot be decoded.
    package let governance: GovernanceEvent?
    /// Why the event cannot be decoded; nil for every event that a sound log holds.
    package let problem: String?

    package init(recorded: RecordedEvent, governance: GovernanceEvent?) {
        self.recorded = recorded
        self.governance = governance
        problem = nil
    }

    /// Decodes what was read from the log.
    package init(_ recorded: RecordedEvent) {
        self.recorded = recorded
        do {
            governance = try GovernanceEvent(recorded)
            problem = nil
        } catch {
            governance = nil
            problem = "\(error)"
        }
    }
}
