import EventLog
import Identity

extension Timestamp {
    /// 2026-01-15T12:00:00Z, when every user of these tests is registered.
    static let noon = Timestamp(microseconds: 1_768_478_400_000_000)
}

/// A user with a history, to which a test sends a command: *given these events, when this command, then …*.
struct GivenUser {
    let events: [UserEvent]

    init(_ events: [UserEvent] = []) {
        self.events = events
    }

    /// A person who has been registered.
    static func registered(_ role: Role = .analyst) throws -> GivenUser {
        try GivenUser().and(.register(.person(role)))
    }

    static func service() throws -> GivenUser {
        try GivenUser().and(.register(.service))
    }

    /// A person whose second factor is in force; its first code was that of step 100.
    static func withFactor() throws -> GivenUser {
        try registered().and(.setUpSecondFactor(.first))
            .and(.verifySecondFactor(sealedSecret: SecondFactor.first.sealedSecret, step: 100))
    }

    /// The fold of the history.
    var state: UserState? { events.reduce(nil) { User.evolve($0, $1) } }

    /// The events that the command leads to, or the refusal.
    func when(
        _ command: UserCommand, by actor: String = "user:admin", otherAdministrators: Int = 1, at now: Timestamp = .noon
    ) -> Result<[UserEvent], IdentityRefusal> {
        User.decide(command, on: "eve", in: state, by: actor, otherAdministrators: otherAdministrators, at: now)
    }

    /// The history with what the command leads to.
    ///
    /// - Throws: the refusal.
    func and(_ command: UserCommand, at now: Timestamp = .noon) throws -> GivenUser {
        GivenUser(events + (try when(command, at: now).get()))
    }
}

extension Registration {
    static func person(_ role: Role = .analyst, isWellKnown: Bool = false) throws -> Registration {
        Registration(
            email: "eve@example.com", fullName: "Eve", role: role, rank: "soc_operator",
            secret: .password(try .sample("first password"), isWellKnown: isWellKnown))
    }

    static let service = Registration(
        email: "", fullName: "a sensor", role: .service, rank: "", secret: .credential(hash: "c0ffee"))
}

extension PasswordHash {
    /// The cheapest hash, always of the same salt.
    static func sample(_ password: String) throws -> PasswordHash {
        try PasswordHash(of: password, cost: PasswordCost(logarithmOfRounds: 4), salt: Array("salt of the test".utf8))
    }
}

extension SecondFactor {
    static let first = SecondFactor(sealedSecret: "first secret", backupCodeHashes: ["a", "b", "c"])
    static let second = SecondFactor(sealedSecret: "second secret", backupCodeHashes: ["d", "e"])
}

extension UserChange {
    static let byAdmin = UserChange(username: "eve", changedBy: "user:admin", changedAt: .noon)
}

extension UserChanges {
    init(_ change: (inout UserChanges) -> Void) {
        self.init()
        change(&self)
    }
}

/// A login with a history, to which a test sends a command.
struct GivenLogin {
    let events: [(event: LoginEvent, recordedAt: Timestamp)]

    init(_ events: [(event: LoginEvent, recordedAt: Timestamp)] = []) {
        self.events = events
    }

    /// A login that was opened at noon and ends a week later.
    static func opened() throws -> GivenLogin {
        try GivenLogin().and(.open(factor: .none, expiresAt: end))
    }

    static let end = Timestamp.noon + .hours(24 * 7)

    var state: LoginState? { events.reduce(nil) { Login.evolve($0, $1.event, at: $1.recordedAt) } }

    func when(_ command: LoginCommand, at now: Timestamp = .noon) -> Result<[LoginEvent], IdentityRefusal> {
        Login.decide(command, on: "login-1", of: "eve", in: state, at: now)
    }

    func and(_ command: LoginCommand, at now: Timestamp = .noon) throws -> GivenLogin {
        GivenLogin(events + (try when(command, at: now).get()).map { ($0, now) })
    }
}
