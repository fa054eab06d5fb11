import EventLog

/// The rules of a session: pure functions.
package enum Session {
    /// The state after an event; nil before the first one.
    package static func evolve(_ state: SessionState?, _ event: SessionEvent) -> SessionState? {
        switch event {
        case .opened(let opened):
            return SessionState(
                sessionID: opened.sessionID, operatorID: opened.operatorID, operatorRole: opened.operatorRole,
                expiresAt: opened.expiresAt, isClosed: false, version: (state?.version ?? 0) + 1)
        case .closed:
            guard var state else { return nil }
            state.isClosed = true
            state.version += 1
            return state
        }
    }

    /// The events that a command leads to, or why it is refused. An empty list means that nothing is left to do.
    package static func decide(
        _ command: SessionCommand, on sessionID: String, in state: SessionState?, policy: GovernancePolicy,
        at now: Timestamp
    ) -> Result<[SessionEvent], Refusal> {
        switch command {
        case .open(let open):
            guard state == nil else { return .failure(.invalidSession(sessionID)) }
            return .success([
                .opened(
                    SessionOpened(
                        sessionID: sessionID, operatorID: open.operatorID, operatorName: open.operatorName,
                        operatorRole: open.operatorRole, createdAt: now, expiresAt: now + policy.sessionLifetime,
                        ipAddress: open.ipAddress, userAgent: open.userAgent, metadata: open.metadata))
            ])
        case .close:
            guard let state else { return .failure(.invalidSession(sessionID)) }
            // Whoever closes it again has what he wants.
            if state.isClosed { return .success([]) }
            guard state.isValid(at: now) else { return .failure(.invalidSession(sessionID)) }
            return .success([.closed(sessionID: sessionID, operatorID: state.operatorID, reason: .ended)])
        case .expire:
            guard let state, !state.isClosed, now >= state.expiresAt else { return .success([]) }
            return .success([.closed(sessionID: sessionID, operatorID: state.operatorID, reason: .expired)])
        }
    }
}
