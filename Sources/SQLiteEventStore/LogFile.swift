import EventLog
import Foundation
import GRDB

/// A log that is only read, whoever writes it meanwhile: without a lock that a writer would wait for, and without a
/// checkpoint. Appending to it is refused.
package final class LogFile: EventStore {
    private let queue: DatabaseQueue
    private let pace: Pace

    /// - Throws: `EventStoreError.unavailable` where the file is no log.
    package init(path: String, pace: Pace = Pace(bytesPerSecond: nil)) throws {
        self.pace = pace
        do {
            var configuration = Configuration()
            configuration.label = "log-file"
            configuration.readonly = true
            configuration.busyMode = .timeout(10)
            queue = try DatabaseQueue(path: path, configuration: configuration)
            try queue.read { try SQLiteEventStore.refuseOtherDatabase($0, path) }
        } catch let error as DatabaseError {
            throw EventStoreError.unavailable(
                "cannot read the log \(path): \(error.resultCode): \(error.message ?? "no message")")
        }
    }

    package func close() throws {
        try queue.close()
    }

    /// Waits as long as the pace wants for so many bytes that were read.
    func take(_ sizeBytes: Int) {
        pace.take(sizeBytes)
    }

    func read<Value>(_ body: (Database) throws -> Value) throws -> Value {
        do {
            return try queue.read(body)
        } catch let error as DatabaseError {
            throw error.unavailable
        }
    }

    // MARK: What SQLite knows

    /// Why the pages and indexes of the file do not hold together; nil where they do.
    package func damage() throws -> String? {
        let answer = try read { try String.fetchOne($0, sql: "PRAGMA integrity_check(1)") }
        return answer == "ok" ? nil : answer ?? "no answer"
    }

    /// The place of the last event and its id; nil for a log without events.
    package func end() throws -> LogEnd? {
        try read { try $0.lastEvent() }
    }

    // MARK: The events

    package var lastPosition: Position {
        get throws { try end()?.position ?? 0 }
    }

    package func append(_ batch: [StreamAppend]) throws -> [RecordedEvent] {
        throw EventStoreError.unavailable("the log was opened for reading alone")
    }

    package func read(from position: Position, limit: Int) throws -> [RecordedEvent] {
        let events = try read { try $0.events(from: position, limit: limit) }
        take(events.reduce(0) { $0 + $1.data.count + $1.metadata.utf8.count })
        return events
    }

    package func read(streams: [StreamName]) throws -> [StreamName: [RecordedEvent]] {
        try read { try $0.events(of: streams) }
    }

    /// Nobody appends here, so nobody is ever woken.
    package func wake(_ callback: @escaping @Sendable (Position) -> Void) -> WakeToken {
        WakeToken {}
    }
}
