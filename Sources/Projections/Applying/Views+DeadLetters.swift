import EventLog
import GRDB
import Synchronization

/// What has become of giving an event once more to the projections that could not take it.
package enum DeadLetterRetry: Sendable, Hashable {
    /// No open dead letter stands at that position.
    case none
    /// The names of the projections that have taken it now, and the letters of those that still could not.
    case tried(taken: [String], left: [DeadLetter])
    /// Only a rebuild can give it to them in its place, for that reason. Nothing was tried.
    case tooLate(String)
}

extension Views {
    /// Gives the event at that position once more to the projections that could not take it.
    ///
    /// That is the same as if they had taken it in its place only where no later event of its stream was taken since: otherwise
    /// nothing is tried.
    ///
    /// - Throws: `DatabaseError`, `EventStoreError`; then nothing has changed.
    package func retryDeadLetters(at position: Position, from log: any EventStore) throws -> DeadLetterRetry {
        try applying.withLock { _ in
            defer { noteChange() }
            return try current.pool.writeWithoutTransaction { database in
                var outcome = DeadLetterRetry.none
                try database.inTransaction(.immediate) {
                    outcome = try retry(position, log, in: database)
                    return .commit
                }
                return outcome
            }
        }
    }

    private func retry(
        _ position: Position, _ log: any EventStore, in database: Database
    ) throws -> DeadLetterRetry {
        let letters = try DeadLetter.open(at: position, in: database)
        guard !letters.isEmpty, let recorded = try log.read(from: position, limit: 1).first else { return .none }
        let event = CommittedEvent(recorded)
        let names = letters.map(\.projection)
        if names.contains(DeadLetter.decoder) {
            guard let problem = event.problem else {
                return .tooLate("the event can be read by now, and every projection has to take it in its place")
            }
            try DeadLetter.bury(position, for: DeadLetter.decoder, because: problem, in: database)
            return .tried(taken: [], left: try DeadLetter.open(at: position, in: database))
        }
        if let later = try taken(after: recorded, by: names, log, in: database) {
            return .tooLate("the event \(later) of the same stream was taken since")
        }
        try database.execute(
            sql: "DELETE FROM dead_letters WHERE position = ? AND skipped_position IS NULL", arguments: [position])
        try EventApplier(projections: model.projections.filter { names.contains($0.name) })
            .applyOneByOne(event, to: database)
        let left = try DeadLetter.open(at: position, in: database)
        return .tried(taken: names.filter { name in !left.contains { $0.projection == name } }, left: left)
    }

    /// The first later event of the same stream that one of these projections has taken.
    private func taken(
        after event: RecordedEvent, by projections: [String], _ log: any EventStore, in database: Database
    ) throws -> Position? {
        let seen = try Checkpoint(database).position
        for later in try log.read(stream: event.stream) where later.position > event.position && later.position <= seen
        {
            let letters = try DeadLetter.all(in: database, "position = ?", [later.position]).map(\.projection)
            if !projections.allSatisfy(letters.contains) { return later.position }
        }
        return nil
    }
}
