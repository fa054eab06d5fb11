import EventLog
import GRDB
import SQLiteEventStore
import Testing
import VerdictTesting

@testable import Projections

/// A build that looks through a whole table for every event takes a day where it should take a minute.
@Suite("While a file is built")
struct BuildIndexTests {
    /// A loader that looks at the plans of all statements that its projections have used.
    private struct Watched: BulkLoader {
        typealias Chunk = ProjectingLoader.Chunk

        private var loader: ProjectingLoader
        private let database: Database

        init(model: ViewsModel, database: Database, log: any EventStore) throws {
            loader = try ProjectingLoader(model: model, database: database, log: log)
            self.database = database
        }

        static func read(_ log: any EventStore, from position: Position, upTo end: Position) throws -> Chunk? {
            try ProjectingLoader.read(log, from: position, upTo: end)
        }

        mutating func take(_ chunk: Chunk) throws {
            var statements: Set<String> = []
            database.trace { event in
                if case .statement(let statement) = event { statements.insert(statement.sql) }
            }
            try loader.take(chunk)
            database.trace()
            for sql in statements where sql.hasPrefix("SELECT") || sql.hasPrefix("UPDATE") {
                // A plan wants no values, and GRDB would want one for each mark.
                let question = "EXPLAIN QUERY PLAN \(sql.replacing("?", with: "1"))"
                let plan = try Row.fetchAll(database, sql: question).map { $0["detail"] as String }
                // Of one row, and of a table that is hardly ever asked.
                let scans = plan.filter { $0.hasPrefix("SCAN") && !$0.contains("checkpoint") }
                #expect(scans == [], "\(sql)")
            }
        }

        mutating func finish() throws { try loader.finish() }
    }

    @Test("no projection goes through a whole table", arguments: [ViewsModel.views, .audit])
    func plans(model: ViewsModel) throws {
        let directory = try TemporaryDirectory()
        let log = try SQLiteEventStore(path: directory.file("events.db"))
        var history = WildHistory(seed: 1, wildness: 0)
        _ = try log.append(history.events(400))
        let watched = ViewsModel(
            name: model.name, schema: model.schema, revision: 1, projections: model.projections, loader: Watched.self)
        try Views(path: directory.file("views.db"), model: watched, log: log).close()
    }
}
