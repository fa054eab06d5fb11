import EventLog

/// What somebody wants to happen to a login.
package enum LoginCommand: Sendable {
    case open(factor: LoginFactor, expiresAt: Timestamp)
    /// `generation` is that of the refresh token.
    case refresh(generation: Int, expiresAt: Timestamp)
    /// `expiresAt` is the end of the token that asks.
    case close(expiresAt: Timestamp)
}

/// The rules of a login: pure functions.
package enum Login {
    /// Whoever did not hear the answer to a refresh may ask again for so long, and gets tokens of the same generation: two that ask
    /// with one token at once do not end each other's login.
    static let refreshGrace = Interval.seconds(60)

    /// The state after an event; nil before the first one.
    ///
    /// - Parameter recordedAt: when the event was recorded.
    package static func evolve(_ state: LoginState?, _ event: LoginEvent, at recordedAt: Timestamp) -> LoginState? {
        switch event {
        case .opened(let opened):
            return LoginState(
                loginID: opened.loginID, username: opened.username, openedAt: opened.openedAt,
                expiresAt: opened.expiresAt, version: (state?.version ?? 0) + 1)
        case .refreshed(_, _, let generation, let expiresAt):
            guard var state else { return nil }
            state.generation = generation
            state.expiresAt = expiresAt
            state.refreshedAt = recordedAt
            state.version += 1
            return state
        case .closed(let closed):
            guard var state else {
                return LoginState(
                    loginID: closed.loginID, username: closed.username, openedAt: nil, expiresAt: closed.expiresAt,
                    isClosed: true, version: 1)
            }
            state.isClosed = true
            state.expiresAt = max(state.expiresAt, closed.expiresAt)
            state.version += 1
            return state
        }
    }

    /// The events that a command leads to, or why it is refused.
    package static func decide(
        _ command: LoginCommand, on loginID: String, of username: String, in state: LoginState?, at now: Timestamp
    ) -> Result<[LoginEvent], IdentityRefusal> {
        switch command {
        case .open(let factor, let expiresAt):
            guard state == nil else { return .failure(.loginOver(loginID)) }
            let opened = LoginOpened(
                loginID: loginID, username: username, factor: factor, openedAt: now, expiresAt: expiresAt)
            return .success([.opened(opened)])
        case .refresh(let generation, let expiresAt):
            guard let state, !state.isClosed, now <= state.expiresAt else { return .failure(.loginOver(loginID)) }
            let isCurrent = generation == state.generation
            let isRepeated =
                generation == state.generation - 1 && state.refreshedAt.map { now - $0 <= refreshGrace } ?? false
            if isRepeated { return .success([]) }
            guard isCurrent else {
                return .success([
                    .closed(
                        LoginClosed(
                            loginID: loginID, username: username, reason: .refreshTokenReused,
                            expiresAt: state.expiresAt))
                ])
            }
            return .success([
                .refreshed(
                    loginID: loginID, username: username, generation: state.generation + 1, expiresAt: expiresAt)
            ])
        case .close(let expiresAt):
            if let state, state.isClosed { return .success([]) }
            let last = max(expiresAt, state?.expiresAt ?? expiresAt)
            return .success([
                .closed(LoginClosed(loginID: loginID, username: username, reason: .loggedOut, expiresAt: last))
            ])
        }
    }
}
