import EventLog
import Governance

/// A decision with a history, to which a test sends a command: *given these events, when this command, then …*.
package struct GivenDecision: Sendable {
    package let events: [DecisionEvent]
    package let policy: GovernancePolicy

    package init(_ events: [DecisionEvent] = [], policy: GovernancePolicy = GovernancePolicy()) {
        self.events = events
        self.policy = policy
    }

    /// The fold of the history.
    package var state: DecisionState? { events.reduce(nil, Decision.evolve) }

    /// The events that the command leads to, or the refusal.
    package func when(
        _ command: DecisionCommand, on decisionID: String = "d1", at now: Timestamp
    ) -> Result<[DecisionEvent], Refusal> {
        Decision.decide(command, on: decisionID, in: state, policy: policy, at: now)
    }

    /// The history with what the command leads to.
    ///
    /// - Throws: the refusal.
    package func and(_ command: DecisionCommand, at now: Timestamp) throws -> GivenDecision {
        GivenDecision(events + (try when(command, at: now).get()), policy: policy)
    }
}

/// A session with a history, to which a test sends a command.
package struct GivenSession: Sendable {
    package let events: [SessionEvent]
    package let policy: GovernancePolicy

    package init(_ events: [SessionEvent] = [], policy: GovernancePolicy = GovernancePolicy()) {
        self.events = events
        self.policy = policy
    }

    /// The fold of the history.
    package var state: SessionState? { events.reduce(nil, Session.evolve) }

    /// The events that the command leads to, or the refusal.
    package func when(
        _ command: SessionCommand, on sessionID: String = "session-1", at now: Timestamp
    ) -> Result<[SessionEvent], Refusal> {
        Session.decide(command, on: sessionID, in: state, policy: policy, at: now)
    }

    /// The history with what the command leads to.
    ///
    /// - Throws: the refusal.
    package func and(_ command: SessionCommand, at now: Timestamp) throws -> GivenSession {
        GivenSession(events + (try when(command, at: now).get()), policy: policy)
    }
}
