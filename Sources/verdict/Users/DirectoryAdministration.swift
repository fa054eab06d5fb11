import EventLog
import HTTPAPI
import Identity
import Ledger

/// Changes users in a data directory that no server holds.
struct DirectoryAdministration: UserAdministration {
    /// As the log names who works at the command line (`Principal.actor` says the same of who asks a server from there).
    private static let actor = "system:command-line"

    private let ledger: Ledger
    private let desk: UserDesk
    private let ownsKeys: Bool

    init(_ ledger: Ledger, _ settings: DataSettings) {
        self.ledger = ledger
        desk = UserDesk(ledger: ledger, cost: settings.passwordCost)
        ownsKeys = settings.ownsKeys
    }

    /// Makes the first administrator where there is no user at all, as the server does at its first start.
    ///
    /// - Returns: whether there was none.
    func beginIfEmpty(adminPassword: String?) async throws -> Bool {
        guard ledger.accounts.isEmpty else { return false }
        try await desk.ensureFirstAdministrator(password: adminPassword)
        return true
    }

    func register(_ person: UserDesk.Person) async throws {
        try await managing { try await desk.register(person, by: Self.actor) }
    }

    func registerService(_ name: String, description: String) async throws -> String {
        try await managing { try await desk.registerService(name, description: description, by: Self.actor) }
    }

    func renewCredential(of name: String) async throws -> String {
        try await managing { try await desk.renewCredential(of: name, by: Self.actor) }
    }

    func change(_ username: String, _ changes: UserChanges, password: String?) async throws {
        try await managing { try await desk.change(username, changes, password: password, by: Self.actor) }
    }

    func resetSecondFactor(of username: String) async throws {
        try await managing { try await desk.resetSecondFactor(of: username, by: Self.actor) }
    }

    func users() async throws -> [JSON] {
        try JSONParser.parse(try await UserList.json(of: ledger)).arrayValue ?? []
    }

    func rotateKeys() async throws {
        guard ownsKeys else { throw AdministrationError.refused(HITLWords.keysAreConfigured) }
        try ledger.keys.rotate(try ledger.keys.signingKeys(), at: ledger.time.now())
    }

    /// Says a refusal in the server's words.
    private func managing<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let error as CommandError {
            throw AdministrationError.refused(HITLWords.sentence(for: error))
        }
    }
}
