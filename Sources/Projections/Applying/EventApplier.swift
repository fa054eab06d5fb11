import EventLog
import GRDB

/// Gives events to the projections of a model, inside transactions that move its checkpoint, or inside the caller's.
///
/// A projection that fails on an event does not stop the others: the event becomes a dead letter.
struct EventApplier: Sendable {
    /// In the order in which they are given each event.
    let projections: [any Projection.Type]

    /// Takes the next events of the log, all or nothing. Those that the tables have seen are passed over.
    ///
    /// - Throws: `DatabaseError` where the file cannot be written; the tables stay where they were.
    func apply(_ events: [CommittedEvent], to database: Database) throws {
        guard let last = events.last?.recorded else { return }
        do {
            try transact(events, upTo: last, in: database) { events in
                var projections = projections.map { $0.init() }
                for event in events {
                    if let problem = event.problem { throw ProjectionError.undecodable(problem) }
                    for index in projections.indices { try projections[index].apply(event, to: database) }
                }
                for index in projections.indices { try projections[index].finish(in: database) }
            }
        } catch let error where !error.isTrouble {
            try transact(events, upTo: last, in: database) { events in
                for event in events { try applyOneByOne(event, to: database) }
            }
        }
    }

    private func transact(
        _ events: [CommittedEvent], upTo last: RecordedEvent, in database: Database,
        _ body: (ArraySlice<CommittedEvent>) throws -> Void
    ) throws {
        try Self.inTransaction(of: database) {
            let seen = try Checkpoint(database).position
            guard last.position > seen else { return .rollback }
            try body(events.drop { $0.recorded.position <= seen })
            try Checkpoint(position: last.position, eventID: last.id).write(to: database)
            return .commit
        }
    }

    private static func inTransaction(
        of database: Database, _ body: () throws -> Database.TransactionCompletion
    ) throws {
        if database.isInsideTransaction {
            try database.inSavepoint(body)
        } else {
            try database.inTransaction(.immediate, body)
        }
    }

    /// Gives an event to every projection by itself.
    func applyOneByOne(_ event: CommittedEvent, to database: Database) throws {
        if let problem = event.problem {
            try DeadLetter.bury(event.recorded.position, for: DeadLetter.decoder, because: problem, in: database)
        }
        for projection in projections {
            do {
                try database.inSavepoint {
                    var alone = projection.init()
                    try alone.apply(event, to: database)
                    try alone.finish(in: database)
                    return .commit
                }
            } catch let error where !error.isTrouble {
                try DeadLetter.bury(event.recorded.position, for: projection.name, because: "\(error)", in: database)
            }
        }
    }
}

extension Error {
    /// Whether the trouble is with the file, not with the event.
    var isTrouble: Bool {
        guard let error = self as? DatabaseError else { return false }
        return error.resultCode != .SQLITE_CONSTRAINT
    }
}
