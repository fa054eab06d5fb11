import EventLog
import Foundation
import GRDB
import SQLiteEventStore
import Testing
import VerdictTesting

@testable import Projections

/// What is built at once is row for row what was followed event by event.
@Suite struct BulkLoaderTests {
    /// The loader with so little memory that a short log already is too long for it.
    struct Tight: BulkLoader {
        private var loader: GovernanceLoader

        init(model: ViewsModel, database: Database, log: any EventStore) throws {
            loader = try GovernanceLoader(
                model: model, database: database, log: log,
                FoldLimits(window: 3, lingering: 2, people: 1, minutes: 3, odd: 6))
        }

        static func read(_ log: any EventStore, from position: Position, upTo end: Position) throws -> GovernanceChunk?
        {
            try GovernanceLoader.read(log, from: position, upTo: min(end, position + 9))
        }

        mutating func take(_ chunk: GovernanceChunk) throws { try loader.take(chunk) }

        mutating func finish() throws { try loader.finish() }
    }

    private static func model(_ loader: any BulkLoader.Type) -> ViewsModel {
        ViewsModel(
            name: "views", schema: ViewsModel.views.schema, revision: 1, projections: ViewsModel.views.projections,
            loader: loader)
    }

    private static let loaders: [any BulkLoader.Type] = [GovernanceLoader.self, Tight.self, ProjectingLoader.self]

    /// Every row of every table but the one that says which file it is, and everything else that the schema has.
    private func contents(of path: String) throws -> [String] {
        let queue = try DatabaseQueue(path: path)
        return try queue.read { database in
            let tables = try String.fetchAll(
                database, sql: "SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'slot' ORDER BY name")
            let schema = try String.fetchAll(
                database, sql: "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY sql")
            let rows = try tables.flatMap { table in
                let columns = try database.columns(in: table).map { "quote(\($0.name))" }
                // Quoted, a text shows its NULs and a number its type.
                return try String.fetchAll(
                    database,
                    sql: """
                        SELECT '\(table)|' || hex(\(columns.joined(separator: " || '|' || "))) FROM \(table) ORDER BY 1
                        """)
            }
            return schema + rows
        }
    }

    private func compare(_ history: WildHistory, count: Int, _ loader: any BulkLoader.Type) throws {
        var history = history
        let directory = try TemporaryDirectory()
        let log = try SQLiteEventStore(path: directory.file("events.db"))
        let model = Self.model(loader)
        let followed = try Views(path: directory.file("followed.db"), model: model, log: log)
        _ = try log.append(history.events(count))
        for event in try log.read(from: 1, limit: .max) { try followed.apply([CommittedEvent(event)]) }
        let built = try Views(path: directory.file("built.db"), model: model, log: log)
        #expect(built.position == followed.position)
        try followed.close()
        try built.close()
        let expected = try contents(of: directory.file("followed.db"))
        let actual = try contents(of: directory.file("built.db"))
        #expect(expected.count > 100)
        #expect(Set(actual).subtracting(expected).sorted().first == nil)
        #expect(Set(expected).subtracting(actual).sorted().first == nil)
        #expect(actual.count == expected.count)
    }

    @Test("of a log that our rules could have written", arguments: [0, 1, 2], [1, 2, 3] as [UInt64])
    func tame(loader: Int, seed: UInt64) throws {
        try compare(WildHistory(seed: seed, wildness: 0), count: 600, Self.loaders[loader])
    }

    @Test("of a log with some odd events", arguments: [0, 1], [1, 2, 3, 4, 5, 6] as [UInt64])
    func odd(loader: Int, seed: UInt64) throws {
        try compare(WildHistory(seed: seed, wildness: 0.02), count: 400, Self.loaders[loader])
    }

    @Test("of a log in which hardly anything is right", arguments: [0, 1], [1, 2, 3, 4] as [UInt64])
    func wild(loader: Int, seed: UInt64) throws {
        try compare(WildHistory(seed: seed, wildness: 0.4), count: 300, Self.loaders[loader])
    }
}
