import EventLog
import GRDB

/// A log that is read only, also while a server writes it: nothing is written, migrated or checkpointed, and no lock is held
/// longer than one read takes.
///
/// Every text is read exactly: one that is not UTF-8 is an error, not something that was mended.
package final class LogReader: EventStore {
    private let queue: DatabaseQueue

    /// - Throws: `EventStoreError.unavailable` where there is no log at `path`, or one of a newer program.
    package init(path: String) throws {
        do {
            var configuration = Configuration()
            configuration.label = "events-reader"
            configuration.readonly = true
            configuration.busyMode = .timeout(10)
            queue = try DatabaseQueue(path: path, configuration: configuration)
            try queue.read { database in
                try SQLiteEventStore.refuseOtherDatabase(database, path)
                guard try !SQLiteEventStore.migrator.hasBeenSuperseded(database) else {
                    throw EventStoreError.unavailable("\(path) was written by a newer version of verdict")
                }
            }
        } catch let error as DatabaseError {
            throw EventStoreError.unavailable(
                "cannot read the log \(path): \(error.resultCode): \(error.message ?? "")")
        }
    }

    package func close() throws {
        try queue.close()
    }

    private func reading<Value>(_ body: (Database) throws -> Value) throws -> Value {
        try EventStoreError.translating { try queue.read(body) }
    }

    package var lastPosition: Position {
        get throws { try reading { try $0.lastPosition() } }
    }

    package func read(from position: Position, limit: Int) throws -> [RecordedEvent] {
        try reading { try $0.events(from: position, limit: limit, isExact: true) }
    }

    package func read(streams: [StreamName]) throws -> [StreamName: [RecordedEvent]] {
        try reading { try $0.events(of: streams, isExact: true) }
    }

    /// Up to `limit` of the wanted events from that position on, in order.
    package func read(_ selection: EventSelection, from position: Position, limit: Int) throws -> [RecordedEvent] {
        let (condition, arguments) = selection.condition(from: position)
        return try reading { database in
            let statement = try database.cachedStatement(
                sql: "SELECT * FROM events WHERE \(condition) ORDER BY position LIMIT \(limit)")
            return try database.events(statement, arguments, isExact: true)
        }
    }

    /// The position of the last event that was recorded at that moment or before; 0 where none was.
    ///
    /// Clocks are set back now and then: an earlier event may have a later time, and is counted too.
    package func lastPosition(at moment: Timestamp) throws -> Position {
        try reading { database in
            let statement = try database.cachedStatement(
                sql: "SELECT position FROM events WHERE recorded_at <= ? ORDER BY position DESC LIMIT 1")
            return try Int.fetchOne(statement, arguments: [moment.microseconds]) ?? 0
        }
    }

    /// This program only reads.
    ///
    /// - Throws: `EventStoreError.unavailable`.
    package func append(_ batch: [StreamAppend]) throws -> [RecordedEvent] {
        throw EventStoreError.unavailable("the log was opened for reading only")
    }

    /// Never calls back: whoever waits for events of another process looks again.
    package func wake(_ callback: @escaping @Sendable (Position) -> Void) -> WakeToken {
        WakeToken {}
    }
}
