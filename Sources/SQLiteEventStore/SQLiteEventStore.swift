import EventLog
import Foundation
import GRDB
import Migrations
import Synchronization

/// The log in a SQLite file: one writing connection, any number of readers.
package final class SQLiteEventStore: EventStore {
    private let pool: DatabasePool
    private let state: Mutex<State>

    private struct State {
        var lastPosition: Position
        var wakers: [Int: @Sendable (Position) -> Void] = [:]
        var nextWaker = 0
        var isClosed = false
    }

    /// Opens the log at `path`, or makes a new one.
    ///
    /// - Throws: `EventStoreError.unavailable` where the file is no log, belongs to a newer program, or cannot be
    ///   made durable.
    package init(path: String) throws {
        do {
            var configuration = Configuration()
            configuration.label = "events"
            configuration.maximumReaderCount = 8
            configuration.busyMode = .timeout(5)
            pool = try DatabasePool(path: path, configuration: configuration)
            try pool.read { try Self.refuseOtherDatabase($0, path) }
            let migrator = Self.migrator
            if try pool.read(migrator.hasBeenSuperseded) {
                throw EventStoreError.unavailable("\(path) was written by a newer version of verdict")
            }
            try migrator.migrate(pool)
            try Self.makeDurable(pool)
            let last = try pool.read { try Int.fetchOne($0, sql: "SELECT max(position) FROM events") }
            state = Mutex(State(lastPosition: last ?? 0))
        } catch let error as DatabaseError {
            throw EventStoreError.unavailable(
                "cannot open the log \(path): \(error.resultCode): \(error.message ?? "")")
        }
    }

    /// The number in the file that says whose it is.
    private static let applicationID = 0x5652_4454

    private static func refuseOtherDatabase(_ database: Database, _ path: String) throws {
        let tables = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_master") ?? 0
        let owner = try Int.fetchOne(database, sql: "PRAGMA application_id")
        if tables > 0, owner != applicationID {
            throw EventStoreError.unavailable("\(path) is the database of another program, not a log of verdict")
        }
    }

    private static var migrator: DatabaseMigrator {
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
    private static func makeDurable(_ pool: DatabasePool) throws {
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

    /// Copies the write-ahead log into the file and closes the connections, so that the file alone is the whole log.
    ///
    /// SQLite does that by itself only where the last connection to close can write, and a pool closes its readers last.
    /// The write-ahead log is not truncated: a program that replicates it may still be reading.
    package func close() throws {
        let wasClosed = state.withLock { state in
            defer { state.isClosed = true }
            return state.isClosed
        }
        // A closed connection has no handle left, and a checkpoint without one is a crash in SQLite.
        guard !wasClosed else { return }
        _ = try? pool.writeWithoutTransaction { try $0.checkpoint(.passive) }
        try pool.close()
    }

    package var lastPosition: Position {
        state.withLock { $0.lastPosition }
    }

    // MARK: Append

    package func append(_ batch: [StreamAppend]) throws -> [RecordedEvent] {
        let recorded = try translatingErrors {
            try pool.writeWithoutTransaction { database in
                var recorded: [RecordedEvent] = []
                try database.inTransaction(.immediate) {
                    recorded = try Self.insert(batch, into: database)
                    return .commit
                }
                return recorded
            }
        }
        guard let last = recorded.last?.position else { return [] }
        let wakers = state.withLock { state in
            state.lastPosition = max(state.lastPosition, last)
            return Array(state.wakers.values)
        }
        for waker in wakers { waker(last) }
        return recorded
    }

    private static func insert(_ batch: [StreamAppend], into database: Database) throws -> [RecordedEvent] {
        let insert = try database.cachedStatement(
            sql: """
                INSERT INTO events (position, stream, version, type, id, recorded_at, actor, data, metadata)
                VALUES (?, CAST(? AS TEXT), ?, ?, ?, ?, CAST(? AS TEXT), CAST(? AS TEXT), ?)
                """)
        var recorded: [RecordedEvent] = []
        // Asked inside the transaction: others may have appended to this file since.
        let last = try Int.fetchOne(database.cachedStatement(sql: "SELECT max(position) FROM events"))
        var position = (last ?? 0) + 1
        for append in batch {
            let current = try version(of: append.stream, in: database)
            guard append.expected.isMet(by: current) else {
                throw EventStoreError.wrongExpectedVersion(
                    stream: append.stream, expected: append.expected, current: current)
            }
            for (index, event) in append.events.enumerated() {
                let row = RecordedEvent(
                    position: position, stream: append.stream, version: current + 1 + index, event: event)
                try checkSize(of: row)
                try insert.execute(arguments: [
                    row.position, Data(row.stream.text.utf8), row.version, row.type, Data(row.id.bytes),
                    row.recordedAt.microseconds, Data(row.actor.utf8), Data(row.data), row.metadata,
                ])
                recorded.append(row)
                position += 1
            }
        }
        return recorded
    }

    private static func version(of stream: StreamName, in database: Database) throws -> Int {
        let statement = try database.cachedStatement(
            sql: "SELECT version FROM events WHERE stream = CAST(? AS TEXT) ORDER BY version DESC LIMIT 1")
        return try Int.fetchOne(statement, arguments: [Data(stream.text.utf8)]) ?? 0
    }

    /// Names and metadata are short and payloads are hashed above a limit, so an entry fits; this is the proof.
    private static func checkSize(of event: RecordedEvent) throws {
        let fixed = 1024
        let size = fixed + event.stream.text.utf8.count * 6 + event.actor.utf8.count * 6 + event.metadata.utf8.count
        let sizeMax = CloudEvent.entrySizeBytesMax - CloudEvent.dataSizeBytesMax
        guard size <= sizeMax else {
            throw EventStoreError.entryTooLarge(type: event.type, sizeBytes: size)
        }
    }

    // MARK: Read

    package func read(from position: Position, limit: Int) throws -> [RecordedEvent] {
        try translatingErrors {
            try pool.read { database in
                let statement = try database.cachedStatement(
                    sql: "SELECT * FROM events WHERE position >= ? ORDER BY position LIMIT ?")
                return try Self.events(statement, [position, limit])
            }
        }
    }

    package func scan(from position: Position, limit: Int, _ body: (LentEvent) throws -> Void) throws {
        try translatingErrors {
            try pool.read { try EventScan.run(in: $0, from: position, limit: limit, body) }
        }
    }

    package func read(streams: [StreamName]) throws -> [StreamName: [RecordedEvent]] {
        try translatingErrors {
            try pool.read { database in
                let statement = try database.cachedStatement(
                    sql: "SELECT * FROM events WHERE stream = CAST(? AS TEXT) ORDER BY version")
                var events: [StreamName: [RecordedEvent]] = [:]
                for stream in streams where events[stream] == nil {
                    let found = try Self.events(statement, [Data(stream.text.utf8)])
                    if !found.isEmpty { events[stream] = found }
                }
                return events
            }
        }
    }

    private static func events(_ statement: Statement, _ arguments: StatementArguments) throws -> [RecordedEvent] {
        var events: [RecordedEvent] = []
        let rows = try Row.fetchCursor(statement, arguments: arguments)
        while let row = try rows.next() {
            events.append(try RecordedEvent(row: row))
        }
        return events
    }

    // MARK: Wake

    package func wake(_ callback: @escaping @Sendable (Position) -> Void) -> WakeToken {
        let key = state.withLock { state in
            let key = state.nextWaker
            state.nextWaker += 1
            state.wakers[key] = callback
            return key
        }
        return WakeToken { [weak self] in
            self?.state.withLock { $0.wakers[key] = nil }
        }
    }

    // MARK: Errors

    private func translatingErrors<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as DatabaseError {
            throw EventStoreError.unavailable("\(error.resultCode): \(error.message ?? "no message")")
        }
    }
}
