import EventLog
import GRDB

/// Read models as they were at an earlier position of the log, in a temporary database that nobody else sees.
package final class PastViews: Sendable {
    private static let batch = 1000
    /// Beyond it SQLite moves pages to its temporary file.
    private static let cacheKibibytes = 16 * 1024

    private let applier: EventApplier
    private let queue: DatabaseQueue

    /// The read models before the first event.
    package convenience init(model: ViewsModel = .views) throws {
        // An empty path is a database on the disk without a name, which SQLite removes when it is closed.
        try self.init(model: model, path: "") { try $0.execute(sql: model.sql) }
    }

    /// The read models up to that position, made anew from the log.
    ///
    /// - Parameters:
    ///   - path: where nothing lies; nothing will lie there when this returns.
    ///   - report: hears how far the build has come.
    package convenience init(
        model: ViewsModel = .views, at position: Position, of log: any EventStore, path: String,
        report: @escaping @Sendable (BuildProgress) -> Void = { _ in }
    ) throws {
        try ViewsBuild(model: model, path: path, report: report).run(from: log, upTo: position)
        // The open file goes on without its name.
        defer { try? ViewsSlots.clear(path) }
        try self.init(model: model, path: path) { _ in }
    }

    /// Removes what a process left there that was killed.
    package static func removeLeftovers(at path: String) {
        try? ViewsSlots.clear(path)
    }

    private init(model: ViewsModel, path: String, _ prepare: (Database) throws -> Void) throws {
        applier = EventApplier(projections: model.projections)
        queue = try DatabaseQueue(path: path)
        try queue.writeWithoutTransaction { database in
            try database.execute(sql: "PRAGMA cache_size = -\(Self.cacheKibibytes)")
            try database.execute(sql: "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF")
            try prepare(database)
        }
    }

    /// The last event that they have seen.
    package func position() throws -> Position {
        try queue.read { try ViewReader(database: $0).position() }
    }

    /// Moves on to that position; never back.
    package func advance(to position: Position, of log: any EventStore) throws {
        var reached = try self.position()
        while reached < position {
            let events = try log.read(from: reached + 1, limit: min(Self.batch, position - reached))
            guard let last = events.last?.position else { return }
            try queue.writeWithoutTransaction { try applier.apply(events.map { CommittedEvent($0) }, to: $0) }
            reached = last
        }
    }

    package func read<Value>(_ body: (ViewReader) throws -> Value) throws -> Value {
        try queue.read { try body(ViewReader(database: $0)) }
    }

    /// The tables themselves.
    func reading<Value>(_ body: (Database) throws -> Value) throws -> Value { try queue.read(body) }

    /// Answers from these read models with those events in them, and leaves the models as they are.
    package func read<Value>(with events: [CommittedEvent], _ body: (ViewReader) throws -> Value) throws -> Value {
        try queue.writeWithoutTransaction { database in
            try database.beginTransaction()
            defer { try? database.rollback() }
            try applier.apply(events, to: database)
            return try body(ViewReader(database: database))
        }
    }
}
