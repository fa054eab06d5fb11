import EventLog
import Foundation
import GRDB

/// The statements on the table of events.
extension Database {
    /// 0 for an empty log.
    func lastPosition() throws -> Position {
        try Int.fetchOne(cachedStatement(sql: "SELECT max(position) FROM events")) ?? 0
    }

    /// 0 for a stream that does not exist.
    func version(of stream: StreamName) throws -> Int {
        let statement = try cachedStatement(
            sql: "SELECT version FROM events WHERE stream = CAST(? AS TEXT) ORDER BY version DESC LIMIT 1")
        return try Int.fetchOne(statement, arguments: [Data(stream.text.utf8)]) ?? 0
    }

    func events(from position: Position, limit: Int, isExact: Bool = false) throws -> [RecordedEvent] {
        let statement = try cachedStatement(
            sql: "SELECT * FROM events WHERE position >= ? ORDER BY position LIMIT ?")
        return try events(statement, [position, limit], isExact: isExact)
    }

    func events(at positions: [Position], isExact: Bool = false) throws -> [Position: RecordedEvent] {
        let statement = try cachedStatement(sql: "SELECT * FROM events WHERE position = ?")
        var events: [Position: RecordedEvent] = [:]
        for position in positions where events[position] == nil {
            events[position] = try self.events(statement, [position], isExact: isExact).first
        }
        return events
    }

    func events(of streams: [StreamName], isExact: Bool = false) throws -> [StreamName: [RecordedEvent]] {
        let statement = try cachedStatement(
            sql: "SELECT * FROM events WHERE stream = CAST(? AS TEXT) ORDER BY version")
        var events: [StreamName: [RecordedEvent]] = [:]
        for stream in streams where events[stream] == nil {
            let found = try self.events(statement, [Data(stream.text.utf8)], isExact: isExact)
            if !found.isEmpty { events[stream] = found }
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

    func events(
        _ statement: Statement, _ arguments: StatementArguments, isExact: Bool
    ) throws -> [RecordedEvent] {
        var events: [RecordedEvent] = []
        let rows = try Row.fetchCursor(statement, arguments: arguments)
        while let row = try rows.next() {
            events.append(try RecordedEvent(row: row, isExact: isExact))
        }
        return events
    }
}

extension DatabaseError {
    /// As the log says that it cannot be used.
    var ofLog: EventStoreError {
        [.SQLITE_CORRUPT, .SQLITE_NOTADB].contains(resultCode) ? .malformed(sentence) : .unavailable(sentence)
    }

    var sentence: String { "\(resultCode): \(message ?? "no message")" }
}

extension EventStoreError {
    /// Says what the database says in the words of a log.
    static func translating<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as DatabaseError {
            throw error.ofLog
        }
    }
}
