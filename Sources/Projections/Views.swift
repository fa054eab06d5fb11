import EventLog
import Foundation
import GRDB
import Migrations
import Synchronization

/// The read models in `views.db`, derived from the log and disposable.
package final class Views: Sendable {
    /// Raised when a projection computes something else from the same events; another schema is noticed by itself.
    private static let projectionVersion = 1

    private static let projections: [any Projection.Type] = [
        UsersProjection.self, LoginsProjection.self, DecisionsProjection.self, OperatorsProjection.self,
        EscalationsProjection.self, IdempotencyProjection.self,
    ]

    /// Up to this size a start checks every page of the file; the check of a larger one would delay the start.
    private static let checkedSizeBytesMax = 16 << 20

    private static let catchUpBatch = 1000

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
    package init(path: String, log: any EventStore) throws {
        var reason: RebuildReason?
        var usable: DatabasePool?
        if FileManager.default.fileExists(atPath: path) {
            do {
                let existing = try Self.open(path)
                reason = try Self.reasonToRebuild(existing, path: path, log: log)
                if reason == nil { usable = existing } else { try existing.close() }
            } catch is DatabaseError {
                reason = .damaged
            }
        } else {
            reason = .missing
        }
        pool = try usable ?? Self.makeAnew(path)
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

    private static func open(_ path: String) throws -> DatabasePool {
        var configuration = Configuration()
        configuration.label = "views"
        configuration.maximumReaderCount = 8
        configuration.busyMode = .timeout(5)
        return try DatabasePool(path: path, configuration: configuration)
    }

    private static func makeAnew(_ path: String) throws -> DatabasePool {
        for suffix in ["", "-wal", "-shm"] where FileManager.default.fileExists(atPath: path + suffix) {
            try FileManager.default.removeItem(atPath: path + suffix)
        }
        let pool = try open(path)
        try pool.write { database in
            try database.execute(sql: Migrations.views)
            try database.execute(sql: "PRAGMA user_version = \(schemaVersion)")
        }
        return pool
    }

    /// A number that changes with the text of the schema (FNV-1a, 31 bits) and with `projectionVersion`.
    private static var schemaVersion: Int {
        let hash = (Migrations.views + String(projectionVersion)).utf8.reduce(UInt64(0xCBF2_9CE4_8422_2325)) {
            ($0 ^ UInt64($1)) &* 0x100_0000_01B3
        }
        return Int(hash & 0x7FFF_FFFF)
    }

    private static func reasonToRebuild(
        _ pool: DatabasePool, path: String, log: any EventStore
    ) throws -> RebuildReason? {
        let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
        return try pool.read { database in
            guard try Int.fetchOne(database, sql: "PRAGMA user_version") == schemaVersion else { return .otherSchema }
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
        do {
            try transact(events, upTo: last) { database, events in
                for event in events {
                    if let problem = event.problem { throw ProjectionError.undecodable(problem) }
                    for projection in Self.projections { try projection.apply(event, to: database) }
                }
            }
        } catch let error where !error.isTrouble {
            try transact(events, upTo: last) { database, events in
                for event in events { try Self.applyOneByOne(event, to: database) }
            }
        }
        reached.withLock { $0 = max($0, last.position) }
    }

    private func transact(
        _ events: [CommittedEvent], upTo last: RecordedEvent,
        _ body: (Database, ArraySlice<CommittedEvent>) throws -> Void
    ) throws {
        try pool.writeWithoutTransaction { database in
            try database.inTransaction(.immediate) {
                let seen = try ViewReader(database: database).position()
                guard last.position > seen else { return .rollback }
                try body(database, events.drop { $0.recorded.position <= seen })
                try database.cachedStatement(sql: "UPDATE checkpoint SET position = ?, event_id = ?")
                    .execute(arguments: [last.position, Data(last.id.bytes)])
                return .commit
            }
        }
    }

    private static func applyOneByOne(_ event: CommittedEvent, to database: Database) throws {
        if let problem = event.problem {
            try bury(event, for: "decoder", because: problem, in: database)
        }
        for projection in projections {
            do {
                try database.inSavepoint {
                    try projection.apply(event, to: database)
                    return .commit
                }
            } catch let error where !error.isTrouble {
                try bury(event, for: projection.name, because: "\(error)", in: database)
            }
        }
    }

    private static func bury(
        _ event: CommittedEvent, for projection: String, because reason: String, in database: Database
    ) throws {
        try database.execute(
            sql: "INSERT OR REPLACE INTO dead_letters VALUES (?, ?, ?)",
            arguments: [projection, event.recorded.position, reason])
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

extension Error {
    /// Whether the trouble is with the file, not with the event.
    fileprivate var isTrouble: Bool {
        guard let error = self as? DatabaseError else { return false }
        return error.resultCode != .SQLITE_CONSTRAINT
    }
}
