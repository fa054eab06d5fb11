import Foundation
import GRDB

extension Views {
    /// Copies a file of read models that another process may be writing, as of one of its commits.
    ///
    /// - Throws: `DatabaseError` where there is none or it cannot be read; a half-made copy is no harm, for whoever opens
    ///   it judges it.
    package static func copy(from path: String, to destination: String) throws {
        guard FileManager.default.fileExists(atPath: path) else {
            throw DatabaseError(resultCode: .SQLITE_CANTOPEN, message: "there is no \(path)")
        }
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(5)
        let source = try DatabaseQueue(path: path, configuration: configuration)
        defer { try? source.close() }
        let target = try DatabaseQueue(path: destination)
        defer { try? target.close() }
        try source.backup(to: target)
    }
}
