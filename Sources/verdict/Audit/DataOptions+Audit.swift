import Foundation
import Ledger
import SQLiteEventStore

extension DataOptions {
    /// Asks something about the record of a data directory, whoever holds it. Nothing there is changed.
    ///
    /// - Throws: `SettingsError`, `AuditCommandError`, `EventStoreError`.
    func asking<Value: Sendable>(_ question: (AuditTrail) async throws -> Value) async throws -> Value {
        let data = try settings().dataPath
        let path = data + "/events.db"
        guard FileManager.default.fileExists(atPath: path) else { throw AuditCommandError.noLog(data) }
        let log = try LogReader(path: path)
        defer { try? log.close() }
        let copy = try AuditCopy(ofDirectory: data, log: log)
        defer { try? copy.close() }
        return try await question(AuditTrail(source: copy, log: log))
    }
}
