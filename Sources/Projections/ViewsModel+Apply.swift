import EventLog
import Foundation
import GRDB

extension ViewsModel {
    /// Gives the next events of the log to every projection, and moves the checkpoint behind the last of them.
    ///
    /// A projection that fails on an event does not stop the others: the event becomes a dead letter.
    ///
    /// - Throws: `DatabaseError` where the file cannot be written; the caller's transaction must then be rolled back.
    func apply(_ events: ArraySlice<CommittedEvent>, to database: Database) throws {
        guard let last = events.last?.recorded else { return }
        do {
            try database.inSavepoint {
                for event in events {
                    if let problem = event.problem { throw ProjectionError.undecodable(problem) }
                    for projection in projections { try projection.apply(event, to: database) }
                }
                return .commit
            }
        } catch let error where !error.isTrouble {
            for event in events { try applyOneByOne(event, to: database) }
        }
        try database.cachedStatement(sql: "UPDATE checkpoint SET position = ?, event_id = ?")
            .execute(arguments: [last.position, Data(last.id.bytes)])
    }

    private func applyOneByOne(_ event: CommittedEvent, to database: Database) throws {
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

    private func bury(
        _ event: CommittedEvent, for projection: String, because reason: String, in database: Database
    ) throws {
        try database.execute(
            sql: "INSERT OR REPLACE INTO dead_letters VALUES (?, ?, ?)",
            arguments: [projection, event.recorded.position, reason])
    }
}

extension Error {
    /// Whether the trouble is with the file, not with the event.
    fileprivate var isTrouble: Bool {
        guard let error = self as? DatabaseError else { return false }
        return error.resultCode != .SQLITE_CONSTRAINT
    }
}
