import Governance
import Synchronization

/// What the writer keeps in memory: open decisions and open sessions. Anything else is folded from its stream.
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

    /// Forgets everything and holds these.
    func load(_ decisions: [DecisionState], _ sessions: [SessionState]) {
        state.withLock { state in
            state.decisions = Dictionary(decisions.map { ($0.decisionID, $0) }, uniquingKeysWith: { $1 })
            state.sessions = Dictionary(sessions.map { ($0.sessionID, $0) }, uniquingKeysWith: { $1 })
            state.queueSize = decisions.count { $0.isQueued }
        }
    }

    /// Takes over what a batch has changed, once it is committed.
    func update(_ decisions: some Sequence<DecisionState>, _ sessions: some Sequence<SessionState>) {
        state.withLock { state in
            for decision in decisions {
                let wasQueued = state.decisions[decision.decisionID]?.isQueued ?? false
                let awaitsExecution = decision.status == .pending && !decision.automationLevel.requiresReview
                state.decisions[decision.decisionID] = decision.isQueued || awaitsExecution ? decision : nil
                state.queueSize += (decision.isQueued ? 1 : 0) - (wasQueued ? 1 : 0)
            }
            for session in sessions {
                state.sessions[session.sessionID] = session.isClosed ? nil : session
            }
        }
    }
}
