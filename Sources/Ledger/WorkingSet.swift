import Governance

/// What the writer keeps in memory: open decisions and open sessions. Anything else is folded from its stream.
struct WorkingSet {
    private(set) var decisions: [String: DecisionState]
    private(set) var sessions: [String: SessionState]
    private(set) var queueSize: Int

    init(decisions: [DecisionState] = [], sessions: [SessionState] = []) {
        self.decisions = Dictionary(uniqueKeysWithValues: decisions.map { ($0.decisionID, $0) })
        self.sessions = Dictionary(uniqueKeysWithValues: sessions.map { ($0.sessionID, $0) })
        queueSize = decisions.count { $0.isQueued }
    }

    mutating func update(_ state: DecisionState) {
        let wasQueued = decisions[state.decisionID]?.isQueued ?? false
        let awaitsExecution = state.status == .pending && !state.automationLevel.requiresReview
        decisions[state.decisionID] = state.isQueued || awaitsExecution ? state : nil
        queueSize += (state.isQueued ? 1 : 0) - (wasQueued ? 1 : 0)
    }

    mutating func update(_ state: SessionState) {
        sessions[state.sessionID] = state.isClosed ? nil : state
    }
}
