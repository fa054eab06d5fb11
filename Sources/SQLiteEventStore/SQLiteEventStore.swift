import EventLog
import Foundation
import GRDB
import Synchronization

/// The log in a SQLite file: one writing connection, any number of readers.
package final class SQLiteEventStore: EventStore {
    private let pool: DatabasePool
    private let files: OpenedFiles
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
            configuration.prepareDatabase { try Self.syncDeletions($0) }
            pool = try DatabasePool(path: path, configuration: configuration)
            try pool.read { try Self.refuseOtherDatabase($0, path) }
            let migrator = Self.migrator
            if try pool.read(migrator.hasBeenSuperseded) {
                throw EventStoreError.unavailable("\(path) was written by a newer version of verdict")
            }
            try migrator.migrate(pool)
            try Self.makeDurable(pool)
            files = OpenedFiles(path)
            state = Mutex(State(lastPosition: try pool.read { try $0.lastPosition() }))
        } catch let error as DatabaseError {
            throw EventStoreError.unavailable(
                "cannot open the log \(path): \(error.resultCode): \(error.message ?? "")")
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

    /// Closes a log that nobody else has open, and leaves nothing of it beside the file.
    ///
    /// - Throws: `EventStoreError.unavailable` where the write-ahead log could not be taken into the file.
    package func closeForMoving() throws {
        try translatingErrors {
            let isWhole = try pool.writeWithoutTransaction { database in
                try database.checkpoint(.truncate).walFrameCount == 0
            }
            guard isWhole else {
                throw EventStoreError.unavailable("somebody else has the log open, so it cannot be finished")
            }
        }
        try close()
    }

    package var lastPosition: Position {
        state.withLock { $0.lastPosition }
    }

    // MARK: Append

    package func append(_ batch: [StreamAppend]) throws -> [RecordedEvent] {
        let recorded = try translatingErrors {
            try pool.writeWithoutTransaction { database in
                var recorded: [RecordedEvent] = []
                do {
                    try database.inTransaction(.immediate) {
                        recorded = try Self.insert(batch, into: database)
                        return .commit
                    }
                } catch let error as DatabaseError where error.isOfSync {
                    try Self.bury(failedCommit: error, in: database)
                }
                return recorded
            }
        }
        if let last = recorded.last?.position { didAppend(to: last) }
        return recorded
    }

    private func didAppend(to last: Position) {
        let wakers = state.withLock { state in
            state.lastPosition = max(state.lastPosition, last)
            return Array(state.wakers.values)
        }
        for waker in wakers { waker(last) }
    }

    /// A transaction whose sync failed is rolled back here, but it stands in the write-ahead log, whole: who reads that
    /// after a crash would take it for committed. A commit that changes nothing overwrites its beginning.
    ///
    /// - Throws: the error of the commit; `EventStoreError.undecided` where the disk does not take this commit either.
    private static func bury(failedCommit error: DatabaseError, in database: Database) throws {
        do {
            try settle(database)
        } catch let second as DatabaseError {
            throw EventStoreError.undecided("\(error.sentence), and then \(second.sentence)")
        }
        throw error
    }

    /// Writes a page as it is, and syncs it.
    private static func settle(_ database: Database) throws {
        try database.inTransaction(.immediate) {
            let number = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
            try database.execute(sql: "PRAGMA user_version = \(number)")
            return .commit
        }
    }

    /// Finds out whether the log can be written, and makes sure that nothing comes back that was not acknowledged.
    ///
    /// - Throws: `EventStoreError.unavailable`.
    package func settle() throws {
        try translatingErrors { try pool.writeWithoutTransaction { try Self.settle($0) } }
    }

    /// For whoever is going to append: a log that can only be read opens all the same, for those who only ask.
    ///
    /// - Throws: `EventStoreError.unavailable`.
    package func refuseReadOnly() throws {
        try translatingErrors { try Self.refuseReadOnly(pool) }
    }

    /// Whether the files that are written are still those that everybody else finds under their names.
    package var isInPlace: Bool { files.areInPlace }

    private static func insert(_ batch: [StreamAppend], into database: Database) throws -> [RecordedEvent] {
        var recorded: [RecordedEvent] = []
        var insertion = try EventInsertion(into: database)
        // Asked inside the transaction: others may have appended to this file since.
        var position = try database.lastPosition() + 1
        for append in batch {
            let before = try version(before: append, in: database)
            for (index, event) in append.events.enumerated() {
                let row = RecordedEvent(
                    position: position, stream: append.stream, version: before + 1 + index, event: event)
                do {
                    try insertion.insert(row)
                } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT && index == 0 {
                    try refuse(append, in: database)
                    throw error
                }
                recorded.append(row)
                position += 1
            }
        }
        return recorded
    }

    /// The version that the stream has, or has to have: the table itself refuses what does not follow on that.
    private static func version(before append: StreamAppend, in database: Database) throws -> Int {
        switch append.expected {
        case .exact(let version): return version
        case .mustBeNew: return 0
        case .any, .mustExist:
            try refuse(append, in: database)
            return try database.version(of: append.stream)
        }
    }

    /// - Throws: `EventStoreError.wrongExpectedVersion` where the stream is not as it is expected.
    private static func refuse(_ append: StreamAppend, in database: Database) throws {
        let current = try database.version(of: append.stream)
        guard append.expected.isMet(by: current) else {
            throw EventStoreError.wrongExpectedVersion(
                stream: append.stream, expected: append.expected, current: current)
        }
    }

    /// Appends events of another log as they stand there, byte for byte.
    ///
    /// - Throws: `EventStoreError`; `wrongExpectedVersion` where one is not the next of its stream. Nothing is written then.
    package func append(copies: [RecordedEvent]) throws {
        guard let last = copies.last else { return }
        try translatingErrors {
            try pool.writeWithoutTransaction { database in
                try database.inTransaction(.immediate) {
                    try Self.insert(copies: copies, into: database)
                    return .commit
                }
            }
        }
        didAppend(to: last.position)
    }

    private static func insert(copies: [RecordedEvent], into database: Database) throws {
        var insertion = try EventInsertion(into: database)
        var position = try database.lastPosition() + 1
        for event in copies {
            guard event.position == position else {
                throw EventStoreError.corrupt(position: event.position, "the log goes on with position \(position)")
            }
            let current = try database.version(of: event.stream)
            guard event.version == current + 1 else {
                throw EventStoreError.wrongExpectedVersion(
                    stream: event.stream, expected: .exact(event.version - 1), current: current)
            }
            try insertion.insert(event)
            position += 1
        }
    }

    // MARK: Read

    package func read(from position: Position, limit: Int) throws -> [RecordedEvent] {
        try translatingErrors { try pool.read { try $0.events(from: position, limit: limit) } }
    }

    package func read(positions: [Position]) throws -> [Position: RecordedEvent] {
        try translatingErrors { try pool.read { try $0.events(at: positions) } }
    }

    package func scan(from position: Position, limit: Int, _ body: (LentEvent) throws -> Void) throws {
        try translatingErrors {
            try pool.read { try EventScan.run(in: $0, from: position, limit: limit, body) }
        }
    }

    package func read(streams: [StreamName]) throws -> [StreamName: [RecordedEvent]] {
        try translatingErrors { try pool.read { try $0.events(of: streams) } }
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
        try EventStoreError.translating(body)
    }
}

extension DatabaseError {
    /// Whether everything was written and only its sync failed.
    fileprivate var isOfSync: Bool {
        [.SQLITE_IOERR_FSYNC, .SQLITE_IOERR_DIR_FSYNC].contains(extendedResultCode)
    }
}
