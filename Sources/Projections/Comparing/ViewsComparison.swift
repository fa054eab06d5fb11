import EventLog
import GRDB

/// Compares the read models that lie in a file with those that their log makes now: every row of every table.
///
/// A server may be writing the file: it is compared as of the event that it has seen at one moment, and is read within one
/// transaction, which keeps nobody waiting.
package struct ViewsComparison: Sendable {
    package enum Outcome: Sendable, Hashable {
        /// All was compared, as of that position. What differs was said before.
        case compared(position: Position, rows: Int, differences: Int)
        /// There is nothing that could be compared, for that reason.
        case passedOver(String)
    }

    private let model: ViewsModel
    private let slots: ViewsSlots
    private let temporaryPath: String
    private let report: @Sendable (BuildProgress) -> Void

    /// - Parameters:
    ///   - path: of the model's first file, whichever of its two is live.
    ///   - temporaryPath: where nothing lies. What is built there has no name any more once it is built.
    ///   - report: hears how far the fresh build has come.
    package init(
        path: String, model: ViewsModel, temporaryPath: String,
        report: @escaping @Sendable (BuildProgress) -> Void = { _ in }
    ) {
        self.model = model
        slots = ViewsSlots(path: path)
        self.temporaryPath = temporaryPath
        self.report = report
    }

    /// - Parameter found: hears of each difference.
    /// - Throws: `DatabaseError` where the file cannot be read, `EventStoreError` where the log cannot, `ViewsFileError`
    ///   where there is no room for a fresh build.
    package func run(with log: any EventStore, _ found: (ViewsDifference) -> Void) throws -> Outcome {
        let queue: DatabaseQueue
        switch try LiveViewsFile.find(model, in: slots) {
        case .open(let live): queue = live
        case .none(let reason): return .passedOver(reason)
        }
        defer { try? queue.close() }
        // Built before the transaction begins, so that the transaction is short: the little that a server adds meanwhile
        // is added to the build too.
        let soon = try queue.read { try Checkpoint($0) }
        guard try soon.belongs(to: log) else {
            found(.otherLog(position: soon.position))
            return .compared(position: soon.position, rows: 0, differences: 1)
        }
        let fresh = try PastViews(model: model, at: soon.position, of: log, path: temporaryPath, report: report)
        return try queue.read { live in
            let position = try Checkpoint(live).position
            try fresh.advance(to: position, of: log)
            return try fresh.reading { try Self.compare(live, with: $0, at: position, found) }
        }
    }

    private static func compare(
        _ live: Database, with fresh: Database, at position: Position, _ found: (ViewsDifference) -> Void
    ) throws -> Outcome {
        var (rows, differences) = (0, 0)
        func note(_ difference: ViewsDifference) {
            differences += 1
            found(difference)
        }
        let expected = try items(fresh)
        let there = try items(live)
        for (name, sql) in expected.sorted(by: { $0.key < $1.key }) {
            guard let other = there[name] else {
                note(.missingItem(name))
                continue
            }
            if other != sql { note(.otherItem(name)) }
        }
        for name in there.keys.sorted() where expected[name] == nil { note(.strangeItem(name)) }
        for name in try tables(fresh) where there["table \(name)"] == expected["table \(name)"] {
            rows += try compare(TableRows(of: name, in: live), with: TableRows(of: name, in: fresh), note)
        }
        return .compared(position: position, rows: rows, differences: differences)
    }

    /// Goes through both tables side by side.
    ///
    /// - Returns: how many rows should be there.
    private static func compare(
        _ live: TableRows, with fresh: TableRows, _ note: (ViewsDifference) -> Void
    ) throws -> Int {
        var (live, fresh, rows) = (live, fresh, 0)
        while !live.isAtEnd || !fresh.isAtEnd {
            let order = live.isAtEnd ? 1 : fresh.isAtEnd ? -1 : live.order(beside: fresh)
            if order == 0 {
                let columns = live.differences(from: fresh)
                if !columns.isEmpty { note(.changedRow(fresh.row, columns: columns)) }
            } else {
                note(order < 0 ? .strangeRow(live.row) : .missingRow(fresh.row))
            }
            if order <= 0 { try live.step() }
            if order >= 0 {
                rows += 1
                try fresh.step()
            }
        }
        return rows
    }

    /// What each file says of itself alone.
    private static let bookkeeping = "slot"

    private static func tables(_ database: Database) throws -> [String] {
        try String.fetchAll(
            database,
            sql: """
                SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name <> ?
                ORDER BY name
                """, arguments: [bookkeeping])
    }

    /// The SQL of all tables, indexes and triggers by kind and name: `table decisions`.
    private static func items(_ database: Database) throws -> [String: String] {
        let rows = try Row.fetchAll(
            database, sql: "SELECT type || ' ' || name, sql FROM sqlite_schema WHERE sql IS NOT NULL")
        return Dictionary(rows.map { ($0[0], $0[1]) }, uniquingKeysWith: { $1 })
    }
}
