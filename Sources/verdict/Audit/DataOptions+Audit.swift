import Ledger
import SQLiteEventStore

extension DataOptions {
    /// Asks something about the record of a data directory, whoever holds it. Nothing there is changed.
    ///
    /// - Throws: `SettingsError`, `LogCommandError.noLog`, `EventStoreError`.
    func asking<Value: Sendable>(_ question: (AuditTrail) async throws -> Value) async throws -> Value {
        let log = try logReader()
        defer { try? log.close() }
        let copy = try AuditCopy(ofDirectory: try settings().dataPath, log: log)
        defer { try? copy.close() }
        return try await question(AuditTrail(source: copy, log: log))
    }
}
