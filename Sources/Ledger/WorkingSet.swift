import Governance
import Synchronization

/// What the writer keeps in memory: open sessions, and the open decisions that something happened to since the start. Anything
/// else is folded from its stream when it is needed, so that a start takes no longer the more decisions wait.
///
/// A class around a lock, not a value: a copy that somebody still holds would make the next change copy all of it. The
/// writer's thread alone takes the lock, so it is never contended.
final class WorkingSet: Sendable {
    private struct State {
        var decisions: [String: DecisionState] = [:]
        var sessions: [String: SessionState] = [:]
        var queueSize = 0
    }

    private let state = Mutex(State())

    func decision(_ decisionID: String) -> DecisionState? {
        state.withLock { $0.decisions[decisionID] }
    }

    func session(_ sessionID: String) -> SessionState? {
        state.withLock { $0.sessions[sessionID] }
    }

    /// Decisions that wait for a person.
    var queueSize: Int { state.withLock { $0.queueSize } }

    /// Forgets everything and holds these sessions.
    ///
    /// - Parameter queueSize: how many decisions wait for a person.
    func load(_ sessions: [SessionState], queueSize: Int) {
        state.withLock { state in
            state.decisions = [:]
            state.sessions = Dictionary(sessions.map { ($0.sessionID, $0) }, uniquingKeysWith: { $1 })
            state.queueSize = queueSize
        }
    }

    /// Takes over what a batch has changed, once it is committed.
    ///
    /// - Parameter queueSize: how many decisions wait for a person since.
    func update(
        _ decisions: some Sequence<DecisionState>, _ sessions: some Sequence<SessionState>, queueSize: Int
    ) {
        state.withLock { state in
            state.queueSize = queueSize
            for decision in decisions {
                let awaitsExecution = decision.status == .pending && !decision.automationLevel.requiresReview
                state.decisions[decision.decisionID] = decision.isQueued || awaitsExecution ? decision : nil
            }
            for session in sessions {
                state.sessions[session.sessionID] = session.isClosed ? nil : session
            }
        }
    }
}
