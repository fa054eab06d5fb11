import EventLog
import Foundation

/// What `verdict restore` leaves in a data directory for its first start: the file `restored.json`. It is in the payload
/// form of the event that the start makes of it.
package enum RestoreMarker {
    private static func path(in directory: String) -> String { directory + "/restored.json" }

    /// - Throws: `DurableFile.Failure`.
    package static func write(_ restored: LogRestored, in directory: String) throws {
        try DurableFile.write(StoreEvent.restored(restored).data + [UInt8(ascii: "\n")], to: path(in: directory))
    }

    /// Nil where nothing was restored since the last start.
    ///
    /// - Throws: `DurableFile.Failure`, `DataDirectoryError.unusable` for a file that says nothing.
    static func read(in directory: String) throws -> LogRestored? {
        guard let bytes = try DurableFile.read(path(in: directory)) else { return nil }
        do {
            return try LogRestored(PayloadReader(bytes))
        } catch {
            throw DataDirectoryError.unusable(
                path: path(in: directory),
                reason: "it does not say what was restored; restore the backup again into an empty directory")
        }
    }

    static func remove(in directory: String) {
        unlink(path(in: directory))
    }
}
