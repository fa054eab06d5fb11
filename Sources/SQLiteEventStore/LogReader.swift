import EventLog
import Foundation
import GRDB

/// A log that is read only, also while a server writes it: nothing is written, migrated or checkpointed, and no lock is held
/// longer than one read takes.
///
/// Every text is read exactly: one that is not UTF-8 is an error, not something that was mended.
package final class LogReader: EventStore {
    private let queue: DatabaseQueue
    private let pace: Pace

    /// - Parameter pace: how fast it may be read.
    /// - Throws: `EventStoreError.unavailable` where there is no log at `path`, or one of a newer program.
    package init(path: String, pace: Pace = Pace(bytesPerSecond: nil)) throws {
        self.pace = pace
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

    func reading<Value>(_ body: (Database) throws -> Value) throws -> Value {
        try EventStoreError.translating { try queue.read(body) }
    }

    /// Waits as long as the pace wants for so many bytes that were read.
    func take(_ sizeBytes: Int) {
        pace.take(sizeBytes)
    }

    /// Why the pages and indexes of the file do not hold together; nil where they do.
    package func damage() throws -> String? {
        let answer = try reading { try String.fetchOne($0, sql: "PRAGMA integrity_check(1)") }
        return answer == "ok" ? nil : answer ?? "no answer"
    }

    /// The place of the last event and its id; nil for a log without events.
    package func end() throws -> LogEnd? {
        try reading { try $0.lastEvent() }
    }

    package var lastPosition: Position {
        get throws { try reading { try $0.lastPosition() } }
    }

    package func read(from position: Position, limit: Int) throws -> [RecordedEvent] {
        let events = try reading { try $0.events(from: position, limit: limit, isExact: true) }
        take(events.reduce(0) { $0 + $1.data.count + $1.metadata.utf8.count })
        return events
    }

    package func read(positions: [Position]) throws -> [Position: RecordedEvent] {
        try reading { try $0.events(at: positions, isExact: true) }
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

    /// The last event before the log's time first went beyond that moment; 0 where all came later.
    ///
    /// After the clock was set back, events carry times that had passed already: they belong to the time at which the log
    /// stood, so the log as of a moment is always a beginning of the log.
    package func lastPosition(at moment: Timestamp) throws -> Position {
        try reading { database in
            let statement = try database.cachedStatement(
                sql: "SELECT position FROM events WHERE recorded_at > ? ORDER BY position LIMIT 1")
            let later = try Int.fetchOne(statement, arguments: [moment.microseconds])
            return try later.map { $0 - 1 } ?? database.lastPosition()
        }
    }

    /// Where an event stands in its stream and in the log, as the index of the streams has it.
    package struct Place: Sendable, Hashable {
        package let stream: StreamName
        package let version: Int
        package let position: Position
    }

    /// Up to `limit` places behind that one, by stream and version.
    package func places(after place: Place?, limit: Int) throws -> [Place] {
        try reading { database in
            let statement = try database.cachedStatement(
                sql: """
                    SELECT stream, version, position FROM events INDEXED BY sqlite_autoindex_events_1
                    WHERE (stream, version) > (CAST(? AS TEXT), ?) ORDER BY stream, version LIMIT ?
                    """)
            let rows = try Row.fetchCursor(
                statement, arguments: [Data((place?.stream.text ?? "").utf8), place?.version ?? 0, limit])
            var places: [Place] = []
            while let row = try rows.next() {
                let stream = try row.withUnsafeData(atIndex: 0) { String(decoding: $0 ?? Data(), as: UTF8.self) }
                places.append(Place(stream: StreamName(text: stream), version: row[1] ?? 0, position: row[2] ?? 0))
            }
            return places
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
