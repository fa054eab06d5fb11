import EventLog
import Foundation
import GRDB
import Synchronization

/// Read models in a file of their own, derived from the log and disposable.
package final class Views: Sendable {
    /// Up to this size a start checks every page of the file; the check of a larger one would delay the start.
    private static let checkedSizeBytesMax = 16 << 20

    private static let catchUpBatch = 1000

    private let model: ViewsModel
    private let pool: DatabasePool
    private let reached: Mutex<Position>

    /// Whether the file had to be made anew, and why.
    package let rebuildReason: RebuildReason?

    package enum RebuildReason: String, Sendable {
        case missing = "there were no views"
        case otherSchema = "the views were of another version"
        case damaged = "the views were damaged"
        case otherLog = "the views belonged to another log"
    }

    /// Opens the views at `path` and brings them to the end of the log. What cannot be used is thrown away.
    package init(path: String, model: ViewsModel = .views, log: any EventStore) throws {
        var reason: RebuildReason?
        var usable: DatabasePool?
        if FileManager.default.fileExists(atPath: path) {
            do {
                let existing = try Self.open(path, model)
                reason = try Self.reasonToRebuild(existing, model, path: path, log: log)
                if reason == nil { usable = existing } else { try existing.close() }
            } catch is DatabaseError {
                reason = .damaged
            }
        } else {
            reason = .missing
        }
        self.model = model
        pool = try usable ?? Self.makeAnew(path, model)
        rebuildReason = reason
        reached = Mutex(try pool.read(Self.checkpoint).position)
        try catchUp(with: log)
    }

    package func close() throws {
        try pool.close()
    }

    /// The last event that the views have seen.
    package var position: Position {
        reached.withLock { $0 }
    }

    // MARK: Opening

    private static func open(_ path: String, _ model: ViewsModel) throws -> DatabasePool {
        var configuration = Configuration()
        configuration.label = model.name
        configuration.maximumReaderCount = 8
        configuration.busyMode = .timeout(5)
        return try DatabasePool(path: path, configuration: configuration)
    }

    private static func makeAnew(_ path: String, _ model: ViewsModel) throws -> DatabasePool {
        for suffix in ["", "-wal", "-shm"] where FileManager.default.fileExists(atPath: path + suffix) {
            try FileManager.default.removeItem(atPath: path + suffix)
        }
        let pool = try open(path, model)
        try pool.write { database in
            try database.execute(sql: model.schema)
            try database.execute(sql: "PRAGMA user_version = \(model.version)")
        }
        return pool
    }

    private static func reasonToRebuild(
        _ pool: DatabasePool, _ model: ViewsModel, path: String, log: any EventStore
    ) throws -> RebuildReason? {
        let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
        return try pool.read { database in
            guard try Int.fetchOne(database, sql: "PRAGMA user_version") == model.version else { return .otherSchema }
            if size <= checkedSizeBytesMax {
                guard try String.fetchOne(database, sql: "PRAGMA quick_check(1)") == "ok" else { return .damaged }
            }
            let checkpoint = try checkpoint(database)
            guard checkpoint.position > 0 else { return nil }
            let event = try log.read(from: checkpoint.position, limit: 1).first
            guard let event, event.position == checkpoint.position, event.id == checkpoint.eventID else {
                return .otherLog
            }
            return nil
        }
    }

    private static func checkpoint(_ database: Database) throws -> (position: Position, eventID: EventID?) {
        guard let row = try Row.fetchOne(database, sql: "SELECT position, event_id FROM checkpoint") else {
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "views.db has no checkpoint")
        }
        let id: Data? = row[1]
        return (row[0], id.flatMap { EventID(bytes: $0) })
    }

    // MARK: Applying

    /// Reads on from where the views stand to the end of the log.
    package func catchUp(with log: any EventStore) throws {
        while true {
            let events = try log.read(from: position + 1, limit: Self.catchUpBatch)
            guard !events.isEmpty else { return }
            try apply(events.map { CommittedEvent($0) })
        }
    }

    /// Takes the next events of the log, all or nothing. Events that the views have seen are passed over: the writer
    /// and the clock may both bring the views to the end of the log.
    ///
    /// A projection that fails on an event does not stop the others: the event becomes a dead letter.
    ///
    /// - Throws: `DatabaseError` where the file cannot be written; the views stay where they were.
    package func apply(_ events: [CommittedEvent]) throws {
        guard let last = events.last?.recorded else { return }
        try pool.writeWithoutTransaction { database in
            try database.inTransaction(.immediate) {
                let seen = try ViewReader(database: database).position()
                guard last.position > seen else { return .rollback }
                try model.apply(events.drop { $0.recorded.position <= seen }, to: database)
                return .commit
            }
        }
        reached.withLock { $0 = max($0, last.position) }
    }

    // MARK: Reading

    /// Answers from one consistent state of the views. Never waits for the writer.
    package func read<Value: Sendable>(_ body: @escaping @Sendable (ViewReader) throws -> Value) async throws -> Value {
        try await pool.read { try body(ViewReader(database: $0)) }
    }

    /// The same for callers that are no tasks: the writer and the start.
    package func readNow<Value>(_ body: (ViewReader) throws -> Value) throws -> Value {
        try pool.read { try body(ViewReader(database: $0)) }
    }
}
