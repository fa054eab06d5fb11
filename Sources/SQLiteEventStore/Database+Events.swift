import EventLog
import Foundation
import GRDB

/// How the events of a log are read, whoever has opened it.
extension Database {
    /// Up to `limit` events from that position on, in order.
    func events(from position: Position, limit: Int) throws -> [RecordedEvent] {
        try events(
            cachedStatement(sql: "SELECT * FROM events WHERE position >= ? ORDER BY position LIMIT ?"),
            [position, limit])
    }

    /// All events of each of these streams, in order; a stream that does not exist is left out.
    func events(of streams: [StreamName]) throws -> [StreamName: [RecordedEvent]] {
        let statement = try cachedStatement(
            sql: "SELECT * FROM events WHERE stream = CAST(? AS TEXT) ORDER BY version")
        var events: [StreamName: [RecordedEvent]] = [:]
        for stream in streams where events[stream] == nil {
            let found = try self.events(statement, [Data(stream.text.utf8)])
            if !found.isEmpty { events[stream] = found }
        }
        return events
    }

    private func events(_ statement: Statement, _ arguments: StatementArguments) throws -> [RecordedEvent] {
        var events: [RecordedEvent] = []
        let rows = try Row.fetchCursor(statement, arguments: arguments)
        while let row = try rows.next() {
            events.append(try RecordedEvent(row: row))
        }
        return events
    }

    /// The place of the last event and its id; nil for a log without events.
    func lastEvent() throws -> LogEnd? {
        guard
            let row = try Row.fetchOne(
                self, sql: "SELECT position, id FROM events WHERE position = (SELECT max(position) FROM events)")
        else { return nil }
        let position: Position = row[0]
        let identifier = try row.withUnsafeData(atIndex: 1) { data in data.flatMap { EventID(bytes: $0) } }
        guard let id = identifier else {
            throw EventStoreError.corrupt(position: position, "its id is not a UUID")
        }
        return LogEnd(position: position, eventID: id)
    }
}

extension DatabaseError {
    /// As the log says that it cannot be used now.
    var unavailable: EventStoreError { .unavailable("\(resultCode): \(message ?? "no message")") }
}
