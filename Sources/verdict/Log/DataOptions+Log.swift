import EventLog
import Foundation
import SQLiteEventStore

extension DataOptions {
    /// The log of the directory, to be read only, whoever writes it meanwhile.
    ///
    /// - Throws: `SettingsError`, `LogCommandError.noLog`, `EventStoreError`.
    func logReader() throws -> LogReader {
        let directory = try settings().dataPath
        let path = directory + "/events.db"
        guard FileManager.default.fileExists(atPath: path) else { throw LogCommandError.noLog(directory) }
        return try LogReader(path: path)
    }
}
