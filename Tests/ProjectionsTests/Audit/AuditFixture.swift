import EventLog
import Foundation
import GRDB
import SQLiteEventStore
import VerdictTesting

@testable import Projections

/// A log with a random history and its audit index.
final class AuditFixture {
    let directory: TemporaryDirectory
    let log: any EventStore
    private(set) var views: Views
    private var history: AuditHistory

    init(seed: UInt64, decisions: Int) throws {
        directory = try TemporaryDirectory()
        log = try SQLiteEventStore(path: directory.file("events.db"))
        history = AuditHistory(in: log, seed: seed, from: ManualTime().now())
        try history.append(decisions: decisions)
        views = try Views(path: directory.file("audit.db"), model: .audit, log: log)
    }

    /// Lets the log grow, and the index with it.
    func grow(by decisions: Int) throws {
        try history.append(decisions: decisions)
        try views.catchUp(with: log)
    }

    /// Throws the index away and builds it again.
    func rebuild() throws {
        try views.close()
        for suffix in ["", "-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: directory.file("audit.db\(suffix)"))
        }
        views = try Views(path: directory.file("audit.db"), model: .audit, log: log)
    }

    /// Has the index miss events, as if it could not take them.
    func lose(_ positions: [Position]) throws {
        try views.current.pool.write { database in
            for position in positions {
                try database.execute(sql: "DELETE FROM entries WHERE place / 4 = ?", arguments: [position])
                try database.execute(
                    sql: "INSERT INTO dead_letters (projection, position, reason) VALUES ('audit', ?, 'lost')",
                    arguments: [position])
            }
            // Those that came later never knew of them.
            var latest = Int64.min
            for row in try Row.fetchAll(database, sql: "SELECT place, recorded_at FROM entries ORDER BY place") {
                latest = max(latest, row[1])
                try database.execute(
                    sql: "UPDATE entries SET late_by = ? - recorded_at WHERE place = ?",
                    arguments: [latest, row[0] as Int])
            }
        }
    }

    func read<Value>(_ body: (AuditReader) throws -> Value) throws -> Value {
        try views.readNow { try body(AuditReader($0)) }
    }

    /// All entries of a question, read page by page.
    ///
    /// - Parameter meanwhile: what happens between two pages.
    func pages(
        _ question: AuditQuestion, _ order: AuditOrder = AuditOrder(), size: Int = 1000, asOf position: Position,
        meanwhile: () throws -> Void = {}
    ) throws -> [AuditRow] {
        var rows: [AuditRow] = []
        var bookmark: AuditBookmark?
        repeat {
            let page = try read {
                try $0.page(question, order, limit: size, after: bookmark, asOf: position)
            }
            rows += page.rows
            bookmark = page.next
            try meanwhile()
        } while bookmark != nil
        return rows
    }
}
