import Identity
import Ledger
import Logging

extension DataOptions {
    /// Runs something on the users of the directory: through the server that holds it, else on the directory itself.
    ///
    /// - Throws: `SettingsError`, `DataDirectoryError`, `AdministrationError`.
    func administering<Value>(_ body: (any UserAdministration) async throws -> Value) async throws -> Value {
        let settings = try settings()
        let ledger: Ledger
        do {
            ledger = try Ledger(directory: settings.dataPath, configuration: Self.quiet)
        } catch DataDirectoryError.held(let path, let holder) {
            return try await administering(path, heldBy: holder, body)
        }
        // No server holds the directory, whatever one that was killed has left there.
        LocalAccess.remove(in: settings.dataPath)
        do {
            let administration = DirectoryAdministration(ledger, settings)
            if try await administration.beginIfEmpty(adminPassword: settings.adminPassword) {
                Explanation.say("\(settings.dataPath) was empty: its first user is \(UserDesk.firstAdministrator)")
            }
            let value = try await body(administration)
            try await ledger.close()
            return value
        } catch {
            try? await ledger.close()
            throw error
        }
    }

    private func administering<Value>(
        _ path: String, heldBy holder: String, _ body: (any UserAdministration) async throws -> Value
    ) async throws -> Value {
        guard let access = try LocalAccess.read(in: path), let server = ServerAddress(argument: access.address) else {
            throw AdministrationError.unknownHolder(path: path, holder: holder)
        }
        return try await ServerCaller.using(server, credential: access.credential, connectionsMax: 1) { caller in
            try await body(ServerAdministration(caller: caller, dataPath: path))
        }
    }

    /// Changes one user.
    func change(_ username: String, _ changes: UserChanges, password: String? = nil) async throws {
        try await administering { try await $0.change(username, changes, password: password) }
    }

    /// Standard output belongs to what the command prints.
    static var quiet: LedgerConfiguration {
        var configuration = LedgerConfiguration()
        configuration.logger = Logger(label: "verdict.ledger") { LogFormat.text.handler(label: $0, level: .warning) }
        return configuration
    }
}
