import EventLog
import GRDB
import GRDBSQLite
import Migrations

/// What has to hold before a file is used as a log.
extension SQLiteEventStore {
    /// The number in the file that says whose it is.
    package static let applicationID = 0x5652_4454

    static func refuseOtherDatabase(_ database: Database, _ path: String) throws {
        // The list of migrations is there before the first of them says whose file it is: a start may end in between.
        let tables =
            try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_master WHERE tbl_name <> 'grdb_migrations'")
            ?? 0
        let owner = try Int.fetchOne(database, sql: "PRAGMA application_id")
        if tables > 0, owner != applicationID {
            throw EventStoreError.unavailable("\(path) is the database of another program, not a log of verdict")
        }
    }

    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        for migration in Migrations.events {
            migrator.registerMigration(migration.name) { try $0.execute(sql: migration.sql) }
        }
        return migrator
    }

    /// A transaction counts once it is on the disk.
    ///
    /// GRDB sets `synchronous = NORMAL` on the writer of a pool after everything that a configuration can say, so FULL
    /// is set here on the live connection, and read back.
    static func makeDurable(_ pool: DatabasePool) throws {
        try pool.writeWithoutTransaction { database in
            try database.execute(sql: "PRAGMA synchronous = FULL")
            let level = try Int.fetchOne(database, sql: "PRAGMA synchronous")
            let mode = try String.fetchOne(database, sql: "PRAGMA journal_mode")
            guard level == 2, mode == "wal" else {
                throw EventStoreError.unavailable(
                    "the log cannot be made durable: synchronous is \(level ?? -1), journal_mode is \(mode ?? "unknown")"
                )
            }
        }
    }

    /// SQLite says nothing where it could open the file, its write-ahead log or the memory that they share for reading alone;
    /// a transaction that is to write does, of the latter two.
    static func refuseReadOnly(_ pool: DatabasePool) throws {
        let isReadOnly = try pool.writeWithoutTransaction { database in
            guard sqlite3_db_readonly(database.sqliteConnection, "main") == 0 else { return true }
            do {
                try database.inTransaction(.immediate) { .rollback }
                return false
            } catch let error as DatabaseError where error.resultCode == .SQLITE_READONLY {
                return true
            }
        }
        guard !isReadOnly else {
            throw EventStoreError.unavailable(
                """
                the log \(pool.path), or what belongs to it beside it, can be read but not written: see whose files they are, \
                and how their disk is mounted
                """)
        }
    }

    /// A new file becomes one with a write-ahead log in a transaction whose rollback journal is then deleted. Should a
    /// loss of power bring that journal back, it would undo the file below a log that was acknowledged since: EXTRA
    /// syncs the folder when it is deleted (https://www.sqlite.org/pragma.html#pragma_synchronous).
    static func syncDeletions(_ database: Database) throws {
        try database.execute(sql: "PRAGMA synchronous = EXTRA")
    }
}
