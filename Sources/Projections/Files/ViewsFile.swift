import Dispatch
import EventLog
import GRDB
import GRDBSQLite
import Synchronization

/// A finished file of read models, open.
///
/// Whoever reads holds on to it. One that was replaced goes away with the last of its readers.
final class ViewsFile: Sendable {
    let path: String
    /// Counts the files of a model: the one with the highest number is live.
    let generation: Int
    let pool: DatabasePool
    let readersAtHand: ReadersAtHand
    let files: OpenedFiles
    /// Called once the files are gone; nil for one that stays.
    private let whenGone = Mutex<(@Sendable () -> Void)?>(nil)

    init(path: String, generation: Int, pool: DatabasePool) {
        self.path = path
        self.generation = generation
        self.pool = pool
        readersAtHand = ReadersAtHand(path: path, label: pool.configuration.label ?? "")
        files = OpenedFiles(path)
    }

    func close() throws {
        // First, for the last connection to be closed takes the write-ahead log with it.
        readersAtHand.close()
        try pool.close()
    }

    private static let writerCacheKibibytes = 16_384

    /// Opens the file there, whatever is in it.
    ///
    /// GRDB asks for a write-ahead log and does not hear it when the disk fails at the end of that, so it is looked at.
    ///
    /// - Throws: `DatabaseError`, `ViewsFileError`.
    static func openPool(_ path: String, _ model: ViewsModel) throws -> DatabasePool {
        var configuration = Configuration()
        configuration.label = model.name
        configuration.maximumReaderCount = 8
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { database in
            // What a statement may have to take back is kept beside the transaction, in a file if nobody says otherwise.
            try database.execute(sql: "PRAGMA temp_store = MEMORY")
            // A transaction that fits into memory writes each page once.
            if !database.configuration.readonly {
                try database.execute(sql: "PRAGMA cache_size = -\(writerCacheKibibytes)")
                // Some builds of SQLite overwrite what is deleted: what stands here stands in the log for ever.
                try database.execute(sql: "PRAGMA secure_delete = OFF")
            }
        }
        let pool = try DatabasePool(path: path, configuration: configuration)
        try pool.writeWithoutTransaction { database in
            guard try String.fetchOne(database, sql: "PRAGMA journal_mode") == "wal" else {
                throw ViewsFileError.cannotOpen(path: path, reason: "SQLite error: it got no write-ahead log")
            }
            // SQLite says nothing where it could open the file, its write-ahead log or the memory that they share for
            // reading alone: the transaction does, of the latter two.
            guard sqlite3_db_readonly(database.sqliteConnection, "main") == 0 else {
                throw DatabaseError(resultCode: .SQLITE_READONLY, message: "it can only be read")
            }
            try database.inTransaction(.immediate) { .rollback }
        }
        return pool
    }

    /// Says that another file has taken the place of this one: its files are removed when nobody reads them any more.
    func retire(whenGone: @escaping @Sendable () -> Void) {
        self.whenGone.withLock { $0 = whenGone }
    }

    deinit {
        guard let whenGone = whenGone.withLock({ $0 }) else { return }
        // The last reader may be a task, and closing waits for the disk.
        DispatchQueue.global(qos: .utility).async { [pool, readersAtHand, path] in
            readersAtHand.close()
            try? pool.close()
            try? ViewsSlots.clear(path)
            whenGone()
        }
    }
}
