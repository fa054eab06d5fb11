import EventLog
import Foundation
import Projections

/// An audit index of one's own, for a command that works beside a server: it takes what the server's index has already,
/// reads the rest from the log, and leaves the data directory as it is.
package final class AuditCopy: AuditSource {
    private let directory: String
    private let views: Views

    /// - Parameters:
    ///   - data: the data directory.
    ///   - log: its log.
    /// - Throws: where no temporary file can be made, or the log cannot be read.
    package init(ofDirectory data: String, log: any EventStore) throws {
        directory =
            FileManager.default.temporaryDirectory.appendingPathComponent("verdict-audit-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        do {
            // What cannot be copied is built from the log.
            try? Views.copy(from: data + "/audit.db", to: directory + "/audit.db")
            views = try Views(path: directory + "/audit.db", model: .audit, log: log)
        } catch {
            try? FileManager.default.removeItem(atPath: directory)
            throw error
        }
    }

    package func read<Value: Sendable>(
        upTo position: Position?, _ body: @escaping @Sendable (AuditReader) throws -> Value
    ) async throws -> Value {
        if let position, views.position < position {
            throw AuditIndexError.behind(reached: views.position, wanted: position)
        }
        return try await views.read { try body(AuditReader($0)) }
    }

    package func close() throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try views.close()
    }
}
