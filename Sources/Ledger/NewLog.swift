import Foundation
import SQLiteEventStore

/// A log that is being written into an empty data directory. Until it is whole it has a name by which no server takes it
/// for one, so that a command that is cut off leaves nothing that looks like a record.
package final class NewLog: Sendable {
    package let directory: DataDirectory
    package let store: SQLiteEventStore
    /// Whether there was a folder before.
    private let hadFolder: Bool

    /// Takes hold of the folder, and makes it where there is none. What an earlier command did not finish is removed.
    ///
    /// - Throws: `DataDirectoryError`, `EventStoreError`.
    package init(directory path: String) throws {
        hadFolder = FileManager.default.fileExists(atPath: path)
        // Looked at before anything is put there, and again once nobody else can.
        try DataDirectory.refuseContents(of: path)
        directory = try DataDirectory(path: path)
        do {
            try DataDirectory.refuseContents(of: path)
            Self.remove(directory.unfinishedEventsPath)
            store = try SQLiteEventStore(path: directory.unfinishedEventsPath)
        } catch {
            directory.release()
            throw error
        }
    }

    /// Gives the log its name. The folder stays held until `release`.
    package func finish() throws {
        try store.closeForMoving()
        try DurableFile.move(directory.unfinishedEventsPath, to: directory.eventsPath)
        Self.remove(directory.unfinishedEventsPath)
    }

    package func release() {
        directory.release()
    }

    /// Leaves the folder as it was before.
    package func abandon() {
        try? store.close()
        Self.remove(directory.unfinishedEventsPath)
        if hadFolder { directory.release() } else { directory.releaseAndRemove() }
    }

    /// Removes a database with what SQLite keeps beside it.
    private static func remove(_ path: String) {
        for suffix in ["", "-wal", "-shm"] { unlink(path + suffix) }
    }
}
