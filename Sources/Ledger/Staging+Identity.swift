import EventLog
import Identity
import Projections

/// Deciding about users and logins.
extension Staging {
    func user(_ username: String) -> UserState? {
        users[username] ?? accounts.user(username)
    }

    private func login(_ loginID: String) -> LoginState? {
        logins[loginID] ?? accounts.login(loginID)
    }

    mutating func decide(_ command: IdentityCommand, _ origin: Origin) -> Result<Void, IdentityRefusal> {
        switch command {
        case .user(let username, let command, let actor):
            return decide(command, on: username, by: actor, origin)
        case .logIn(let logIn):
            return open(logIn, origin)
        case .refreshLogin(let loginID, let username, let generation, let expiresAt):
            guard let user = user(username) else { return .failure(.userNotFound(username)) }
            guard user.isActive else { return .failure(.inactiveUser(username)) }
            return decide(
                .refresh(generation: generation, expiresAt: expiresAt), on: loginID, of: username, origin)
        case .closeLogin(let loginID, let username, let expiresAt):
            return decide(.close(expiresAt: expiresAt), on: loginID, of: username, origin)
        case .note(let event):
            stage([.identity(.access(event))], expecting: .any, origin)
            return .success(())
        }
    }

    private mutating func decide(
        _ command: UserCommand, on username: String, by actor: String, _ origin: Origin
    ) -> Result<Void, IdentityRefusal> {
        let before = user(username)
        return User.decide(
            command, on: username, in: before, by: actor, otherAdministrators: administrators(beside: username), at: now
        ).map { decided in
            let after = decided.reduce(before) { User.evolve($0, $1) }
            stage(decided.map { .identity(.user($0)) }, expecting: .exact(before?.version ?? 0), origin)
            if let after { users[username] = after }
        }
    }

    /// How many active administrators there are beside that user.
    private func administrators(beside username: String) -> Int {
        let staged = users.values.filter { $0.isActive && $0.role == .admin }
        let others = accounts.administrators.filter { users[$0.username] == nil }
        return (staged + others).count { $0.username != username }
    }

    /// The password was right a moment ago: whether it still is, and what stands beside it, is decided here.
    private mutating func open(_ logIn: LogIn, _ origin: Origin) -> Result<Void, IdentityRefusal> {
        guard let user = user(logIn.username), user.passwordHash == logIn.passwordHash else {
            return .failure(.wrongPassword)
        }
        guard user.isActive else { return .failure(.inactiveUser(logIn.username)) }
        let change = UserChange(username: user.username, changedBy: "user:\(user.username)", changedAt: now)
        let factor: LoginFactor
        var used: [UserEvent] = []
        switch (logIn.factor, user.secondFactor) {
        case (_, nil): factor = .none
        case (.code(let sealedSecret, let step), let active?):
            guard active.sealedSecret == sealedSecret, step > active.lastStep else { return .failure(.wrongCode) }
            factor = .code
            used = [.codeUsed(change, step: step)]
        case (.backupCode(let hash), let active?):
            guard active.backupCodeHashes.contains(hash) else { return .failure(.wrongCode) }
            factor = .backupCode
            used = [.backupCodeUsed(change, hash: hash)]
        case (.none, _?): return .failure(.wrongCode)
        }
        stage(used.map { .identity(.user($0)) }, expecting: .exact(user.version), origin)
        users[user.username] = used.reduce(user) { User.evolve($0, $1) ?? $0 }
        return decide(
            .open(factor: factor, expiresAt: logIn.expiresAt), on: logIn.loginID, of: logIn.username, origin)
    }

    private mutating func decide(
        _ command: LoginCommand, on loginID: String, of username: String, _ origin: Origin
    ) -> Result<Void, IdentityRefusal> {
        let before = login(loginID)
        return Login.decide(command, on: loginID, of: username, in: before, at: now).map { decided in
            let after = decided.reduce(before) { Login.evolve($0, $1, at: now) }
            stage(decided.map { .identity(.login($0)) }, expecting: .exact(before?.version ?? 0), origin)
            if let after { logins[loginID] = after }
        }
    }
}
