import Foundation

/// Where what a command has found is written.
enum AuditOutput {
    /// - Parameter path: nil for standard output.
    /// - Throws: `AuditCommandError`.
    static func write(_ bytes: [UInt8], to path: String?) throws {
        guard let path, path != "-" else { return FileHandle.standardOutput.write(Data(bytes)) }
        do {
            try Data(bytes).write(to: URL(fileURLWithPath: path))
        } catch {
            throw AuditCommandError.unwritable(path: path, reason: error.localizedDescription)
        }
    }
}
