import EventLog
import Foundation
import GRDB

/// The last event that a file of read models has seen.
struct Checkpoint: Equatable {
    let position: Position
    /// Nil before the first event.
    let eventID: EventID?

    init(position: Position, eventID: EventID?) {
        self.position = position
        self.eventID = eventID
    }

    /// - Throws: `DatabaseError` where the file has none.
    init(_ database: Database) throws {
        let statement = try database.cachedStatement(sql: "SELECT position, event_id FROM checkpoint")
        guard let row = try Row.fetchOne(statement) else {
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "the file of read models has no checkpoint")
        }
        let id: Data? = row[1]
        self.init(position: row[0], eventID: id.flatMap { EventID(bytes: $0) })
    }

    func write(to database: Database) throws {
        try database.run(
            "UPDATE checkpoint SET position = ?, event_id = ? WHERE id = 1",
            [.integer(position), eventID.map { .bytes($0.bytes) } ?? .null])
    }

    /// Whether the log has that event at that place.
    func belongs(to log: any EventStore) throws -> Bool {
        guard position > 0 else { return true }
        let event = try log.read(from: position, limit: 1).first
        return event?.position == position && event?.id == eventID
    }
}
