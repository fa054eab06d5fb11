import EventLog
import Identity
import Ledger
import VerdictTesting

/// Users, their logins, and what they tried and were refused.
struct UserHistory {
    private let ledger: Ledger
    private let time: ManualTime
    private let desk: UserDesk
    private let origin = Origin(requestID: "r1", sourceAddress: "192.0.2.2")

    init(_ ledger: Ledger, _ time: ManualTime) {
        self.ledger = ledger
        self.time = time
        desk = UserDesk(
            ledger: ledger, cost: PasswordCost(logarithmOfRounds: 4), pool: HashingPool(width: 1))
    }

    func registrations() async throws {
        try await desk.ensureFirstAdministrator(password: nil)
        for (name, role) in [("alice", Role.analyst), ("viola", .viewer)] {
            let person = UserDesk.Person(
                username: name, email: "\(name)@example.org", fullName: "\(name) Müller", role: role,
                password: "the words of \(name)")
            try await desk.register(person, by: "user:admin", origin: origin)
        }
        _ = try await desk.registerService("candi", description: "threat analysis", by: "system:command-line")
    }

    func changes() async throws {
        try await profile()
        try await secondFactor()
        try await logins()
        let stream = CarriedStream(
            token: "0b7c2a52-6d5c-4f0e-9d6e-3f1a2b4c5d6e", watcher: "user:alice", sessionID: "s-carol",
            gateway: "http://192.0.2.80:8000")
        for event in [
            AccessEvent.loginFailed(username: "x' OR 1=1 --", reason: .invalidCredentials),
            .loginFailed(username: "alice", reason: .inactive), .codeRefused(username: "alice"),
            .permissionRefused(username: "viola", operation: "GET /api/audit"), .socketOpened(username: "alice"),
            .streamOpened(stream), .streamClosed(stream, reason: .clientClosed),
        ] {
            try await execute(.note(event))
        }
    }

    private func profile() async throws {
        _ = try await desk.renewCredential(of: "candi", by: "user:admin")
        var changes = UserChanges()
        (changes.email, changes.rank, changes.role) = ("alice@example.net", "soc_supervisor", .admin)
        try await desk.change("alice", changes, password: "other words", by: "user:admin")
        for isActive in [false, true] {
            var changes = UserChanges()
            changes.isActive = isActive
            try await desk.change("viola", changes, by: "user:alice", origin: origin)
        }
        let hash = ledger.accounts.user("alice")?.passwordHash ?? ""
        let rehashed = try await desk.hash("other words").text
        try await user("alice", .rehash(of: hash, to: rehashed))
    }

    private func user(_ username: String, _ command: UserCommand) async throws {
        try await execute(.user(username, command, by: "user:\(username)"))
    }

    private func execute(_ command: IdentityCommand) async throws {
        time.advance(by: .seconds(1))
        _ = try await ledger.execute(.identity(command), origin: origin)
    }

    private func secondFactor() async throws {
        let factor = SecondFactor(sealedSecret: "sealed+secret=", backupCodeHashes: ["$scrypt$1", "$scrypt$2"])
        try await user("alice", .setUpSecondFactor(factor))
        try await user("alice", .verifySecondFactor(sealedSecret: factor.sealedSecret, step: 59_000_000))
    }

    private func logins() async throws {
        let secret = "sealed+secret="
        for (id, factor) in [
            ("l1", LogIn.Factor.code(sealedSecret: secret, step: 59_000_001)), ("l2", .backupCode(hash: "$scrypt$1")),
        ] {
            try await logIn(id, factor)
        }
        try await execute(.refreshLogin("l1", of: "alice", generation: 0, expiresAt: time.now() + .hours(8)))
        time.advance(by: .minutes(5))
        try await execute(.refreshLogin("l1", of: "alice", generation: 1, expiresAt: time.now() + .hours(8)))
        time.advance(by: .minutes(5))
        // A token that was exchanged before.
        try await execute(.refreshLogin("l1", of: "alice", generation: 0, expiresAt: time.now() + .hours(8)))
        try await user("alice", .resetSecondFactor)
        try await logIn("l3", .none)
        try await execute(.closeLogin("l3", of: "alice", expiresAt: time.now() + .minutes(30)))
    }

    private func logIn(_ id: String, _ factor: LogIn.Factor) async throws {
        let hash = ledger.accounts.user("alice")?.passwordHash ?? ""
        try await execute(
            .logIn(
                LogIn(
                    loginID: id, username: "alice", passwordHash: hash, factor: factor,
                    expiresAt: time.now() + .hours(8))))
    }
}
