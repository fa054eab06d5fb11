import EventLog

/// The rules of a user: pure functions.
package enum User {
    /// The state after an event; nil before the first one.
    package static func evolve(_ state: UserState?, _ event: UserEvent) -> UserState? {
        if case .registered(let registered) = event {
            return UserState(registered, version: (state?.version ?? 0) + 1)
        }
        guard var state else { return nil }
        state.version += 1
        switch event {
        case .registered: break
        case .profileChanged(_, let email, let fullName, let rank):
            state.email = email
            state.fullName = fullName
            state.rank = rank
        case .roleChanged(_, let role): state.role = role
        case .activated: state.isActive = true
        case .deactivated(let change):
            state.isActive = false
            state.tokensValidFrom = change.changedAt
        case .passwordChanged(let change, let hash, let isWellKnown):
            state.passwordHash = hash
            state.hasWellKnownPassword = isWellKnown
            state.tokensValidFrom = change.changedAt
        case .passwordRehashed(_, let hash): state.passwordHash = hash
        case .credentialChanged(_, let hash): state.credentialHash = hash
        case .secondFactorSetUp(_, let sealedSecret, let hashes):
            state.pendingSecondFactor = SecondFactor(sealedSecret: sealedSecret, backupCodeHashes: hashes)
        case .secondFactorEnabled(_, let step):
            state.secondFactor = state.pendingSecondFactor
            state.secondFactor?.lastStep = step
            state.pendingSecondFactor = nil
        case .codeUsed(_, let step): state.secondFactor?.lastStep = step
        case .backupCodeUsed(_, let hash): state.secondFactor?.backupCodeHashes.removeAll { $0 == hash }
        case .secondFactorReset:
            state.secondFactor = nil
            state.pendingSecondFactor = nil
        }
        return state
    }

    /// The events that a command leads to, or why it is refused. An empty list means that nothing is left to do.
    ///
    /// - Parameters:
    ///   - actor: who asks.
    ///   - otherAdministrators: how many active administrators there are beside this user.
    package static func decide(
        _ command: UserCommand, on username: String, in state: UserState?, by actor: String, otherAdministrators: Int,
        at now: Timestamp
    ) -> Result<[UserEvent], IdentityRefusal> {
        let change = UserChange(username: username, changedBy: actor, changedAt: now)
        if case .register(let registration) = command {
            guard state == nil else { return .failure(.userExists(username)) }
            return .success([.registered(UserRegistered(registration, of: username, by: actor, at: now))])
        }
        guard let state else { return .failure(.userNotFound(username)) }
        switch command {
        case .register: return .success([])
        case .change(let changes):
            return self.change(state, changes, change, otherAdministrators: otherAdministrators)
        case .rehash(let old, let new):
            return .success(state.passwordHash == old ? [.passwordRehashed(change, hash: new)] : [])
        case .setUpSecondFactor(let factor):
            return .success([
                .secondFactorSetUp(
                    change, sealedSecret: factor.sealedSecret, backupCodeHashes: factor.backupCodeHashes)
            ])
        case .verifySecondFactor(let sealedSecret, let step):
            return verify(state, sealedSecret, step: step, change)
        case .resetSecondFactor:
            let isAny = state.secondFactor != nil || state.pendingSecondFactor != nil
            return .success(isAny ? [.secondFactorReset(change)] : [])
        case .renewCredential(let hash):
            guard state.role == .service else { return .failure(.notAService(username)) }
            return .success([.credentialChanged(change, hash: hash)])
        }
    }

    private static func change(
        _ state: UserState, _ changes: UserChanges, _ change: UserChange, otherAdministrators: Int
    ) -> Result<[UserEvent], IdentityRefusal> {
        // A service has no password and a person no credential: neither becomes the other.
        if (changes.role ?? state.role) == .service, changes.password != nil {
            return .failure(.isAService(state.username))
        }
        if let role = changes.role, (role == .service) != (state.role == .service) {
            return .failure(.isAService(state.username))
        }
        let isAdministrator = state.isActive && state.role == .admin
        let staysAdministrator = (changes.isActive ?? state.isActive) && (changes.role ?? state.role) == .admin
        if isAdministrator, !staysAdministrator, otherAdministrators == 0 { return .failure(.lastAdministrator) }
        var events: [UserEvent] = []
        let (email, fullName) = (changes.email ?? state.email, changes.fullName ?? state.fullName)
        let rank = changes.rank ?? state.rank
        if (email, fullName, rank) != (state.email, state.fullName, state.rank) {
            events.append(.profileChanged(change, email: email, fullName: fullName, rank: rank))
        }
        if let role = changes.role, role != state.role { events.append(.roleChanged(change, role: role)) }
        if let (hash, isWellKnown) = changes.password {
            events.append(.passwordChanged(change, hash: hash.text, isWellKnown: isWellKnown))
        }
        if let isActive = changes.isActive, isActive != state.isActive {
            events.append(isActive ? .activated(change) : .deactivated(change))
        }
        return .success(events)
    }

    /// A code proves a factor that was set up, which replaces the one in force, or just that one; each code counts once.
    private static func verify(
        _ state: UserState, _ sealedSecret: String, step: Int, _ change: UserChange
    ) -> Result<[UserEvent], IdentityRefusal> {
        if let pending = state.pendingSecondFactor, pending.sealedSecret == sealedSecret {
            return .success([.secondFactorEnabled(change, step: step)])
        }
        guard let factor = state.secondFactor, factor.sealedSecret == sealedSecret, step > factor.lastStep else {
            return .failure(.wrongCode)
        }
        return .success([.codeUsed(change, step: step)])
    }
}

extension UserRegistered {
    fileprivate init(_ registration: Registration, of username: String, by actor: String, at now: Timestamp) {
        self.init(
            username: username, email: registration.email, fullName: registration.fullName, role: registration.role,
            rank: registration.rank, passwordHash: nil, hasWellKnownPassword: false, credentialHash: nil,
            registeredBy: actor, createdAt: now)
        switch registration.secret {
        case .password(let hash, let isWellKnown):
            passwordHash = hash.text
            hasWellKnownPassword = isWellKnown
        case .credential(let hash):
            credentialHash = hash
        }
    }
}
