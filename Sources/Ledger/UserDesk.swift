import EventLog
import Identity

/// Where users are registered and changed: hashes what must not be kept in clear, then asks the ledger.
package struct UserDesk: Sendable {
    /// Who the first administrator is (hitl-api 4.3).
    package static let firstAdministrator = "admin"

    package let ledger: Ledger
    package let cost: PasswordCost
    package let pool: HashingPool

    package init(ledger: Ledger, cost: PasswordCost = .standard, pool: HashingPool = HashingPool()) {
        self.ledger = ledger
        self.cost = cost
        self.pool = pool
    }

    /// What is known of a person who is to become a user.
    package struct Person: Sendable {
        package var username: String
        package var email: String
        package var fullName: String
        package var role: Role
        package var rank: String
        package var password: String

        package init(
            username: String, email: String, fullName: String, role: Role, rank: String = UserRules.standardRank,
            password: String
        ) {
            self.username = username
            self.email = email
            self.fullName = fullName
            self.role = role
            self.rank = rank
            self.password = password
        }
    }

    /// - Throws: `CommandError`, `HashingPool.Overloaded`.
    package func register(_ person: Person, by actor: String, origin: Origin = Origin()) async throws {
        // Told before the hashing, which is expensive; the ledger decides it once more.
        guard ledger.accounts.user(person.username) == nil else {
            throw CommandError.refusedIdentity(.userExists(person.username))
        }
        let secret = Registration.Secret.password(
            try await hash(person.password), isWellKnown: person.password == PasswordRules.wellKnown)
        let registration = Registration(
            email: person.email, fullName: person.fullName, role: person.role, rank: person.rank, secret: secret)
        try await execute(.register(registration), on: person.username, by: actor, origin)
    }

    /// Registers a program and returns its credential, which is shown this once.
    package func registerService(
        _ name: String, description: String, by actor: String, origin: Origin = Origin()
    ) async throws(CommandError) -> String {
        let credential = ServiceCredential.make()
        let registration = Registration(
            email: "", fullName: description, role: .service, rank: "",
            secret: .credential(hash: ServiceCredential.hash(of: credential)))
        try await execute(.register(registration), on: name, by: actor, origin)
        return credential
    }

    /// Gives a program another credential; the old one is void.
    package func renewCredential(
        of name: String, by actor: String, origin: Origin = Origin()
    ) async throws(CommandError) -> String {
        let credential = ServiceCredential.make()
        try await execute(.renewCredential(hash: ServiceCredential.hash(of: credential)), on: name, by: actor, origin)
        return credential
    }

    /// - Parameter password: a new one, or nil.
    package func change(
        _ username: String, _ changes: UserChanges, password: String? = nil, by actor: String, origin: Origin = Origin()
    ) async throws {
        var changes = changes
        if let password {
            guard ledger.accounts.user(username) != nil else {
                throw CommandError.refusedIdentity(.userNotFound(username))
            }
            changes.password = (try await hash(password), password == PasswordRules.wellKnown)
        }
        try await execute(.change(changes), on: username, by: actor, origin)
    }

    package func resetSecondFactor(
        of username: String, by actor: String, origin: Origin = Origin()
    ) async throws(CommandError) {
        try await execute(.resetSecondFactor, on: username, by: actor, origin)
    }

    /// Makes the first administrator where there is no user at all.
    ///
    /// - Parameter password: nil for the one that everybody knows.
    package func ensureFirstAdministrator(password: String?) async throws {
        guard ledger.accounts.isEmpty else { return }
        let person = Person(
            username: Self.firstAdministrator, email: "admin@reactive-fabric.local", fullName: "System Administrator",
            role: .admin, rank: "ciso", password: password ?? PasswordRules.wellKnown)
        try await register(person, by: "system:first-start")
    }

    /// Hashes on a thread of the pool.
    package func hash(_ password: String) async throws -> PasswordHash {
        try await pool.run { [cost] in try PasswordHash(of: password, cost: cost) }
    }

    private func execute(
        _ command: UserCommand, on username: String, by actor: String, _ origin: Origin
    ) async throws(CommandError) {
        _ = try await ledger.execute(.identity(.user(username, command, by: actor)), origin: origin)
    }
}
