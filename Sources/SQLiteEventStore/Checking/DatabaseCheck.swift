import Foundation
import GRDB

/// Looks for damage in a SQLite file, also while others use it: nothing is written, whatever is found.
package struct DatabaseCheck {
    /// Findings that SQLite is asked for at most.
    private static let messagesMax = 100

    private let path: String
    private let applicationID: Int
    private let userVersion: Int?
    private let expectedSchema: ((Database) throws -> [SchemaItem])?

    /// The log itself.
    package static func log(path: String) -> DatabaseCheck {
        DatabaseCheck(
            path: path, applicationID: SQLiteEventStore.applicationID, userVersion: 0,
            expectedSchema: { try SchemaItem.expected(asIn: $0) })
    }

    /// A file that is derived from the log; what its tables should be is judged elsewhere.
    package static func derived(path: String) -> DatabaseCheck {
        DatabaseCheck(path: path, applicationID: 0, userVersion: nil, expectedSchema: nil)
    }

    /// What is wrong, each with its place; empty for a sound file.
    package func findings() -> [String] {
        do {
            let header = try DatabaseHeader(path: path)
            return header.faults(applicationID: applicationID, userVersion: userVersion)
                + contentFindings(pageSizeBytes: header.pageSizeBytes)
        } catch {
            return ["it cannot be read: \(error)"]
        }
    }

    private func contentFindings(pageSizeBytes: Int) -> [String] {
        do {
            var configuration = Configuration()
            configuration.label = "check"
            configuration.readonly = true
            configuration.busyMode = .timeout(10)
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            defer { try? queue.close() }
            // Without a transaction around it: its end would report the damage once more, as an error of its own.
            return try queue.unsafeRead { database in
                var findings = Self.integrityFindings(database, pageSizeBytes)
                if let expectedSchema {
                    findings += SchemaItem.differences(try SchemaItem.all(in: database), try expectedSchema(database))
                }
                return findings
            }
        } catch {
            return ["it cannot be read: \(Self.words(error))"]
        }
    }

    // MARK: Integrity

    private static func integrityFindings(_ database: Database, _ pageSizeBytes: Int) -> [String] {
        var messages = messages(database, "\(messagesMax)")
        // SQLite gives up at the first page that it cannot make sense of, and does not say where that was: table by table
        // it is narrowed down.
        if messages.contains(where: { !$0.saysWhere && $0.isCorruption }) {
            let tables =
                (try? String.fetchAll(
                    database, sql: "SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0")) ?? []
            let each = tables.flatMap { table in
                Self.messages(database, "'\(table.replacing("'", with: "''"))'")
                    .map { $0.saysWhere ? $0 : "table \(table): \($0)" }
            }
            messages = messages.filter { $0.saysWhere || !$0.isCorruption } + each
            var seen: Set<String> = []
            messages = messages.filter { seen.insert($0).inserted }
            if messages.isEmpty { messages = ["its list of tables cannot be read"] }
        }
        return messages.map { $0.withOffset(pageSizeBytes: pageSizeBytes) }
    }

    private static func messages(_ database: Database, _ argument: String) -> [String] {
        do {
            // One by one: the rows before an error are kept.
            var messages: [String] = []
            let rows = try String.fetchCursor(database, sql: "PRAGMA integrity_check(\(argument))")
            do {
                while let row = try rows.next() {
                    messages += row.split(separator: "\n").map(String.init).filter { !$0.hasPrefix("***") }
                }
            } catch {
                messages.append(words(error))
            }
            return messages == ["ok"] ? [] : messages
        } catch {
            return [words(error)]
        }
    }

    private static func words(_ error: any Error) -> String {
        (error as? DatabaseError)?.message ?? "\(error)"
    }
}

extension String {
    fileprivate var isCorruption: Bool { contains("malformed") }

    /// Whether it names a page, a row or a column.
    fileprivate var saysWhere: Bool {
        contains(#/\bpage \d|\brow \d|value in |^table /#)
    }

    /// Adds where the page lies in the file.
    fileprivate func withOffset(pageSizeBytes: Int) -> String {
        guard pageSizeBytes > 0, let match = firstMatch(of: #/\bpage (\d{1,10})/#), let page = Int(match.1), page > 0
        else { return self }
        return "\(self) (bytes \((page - 1) * pageSizeBytes) to \(page * pageSizeBytes - 1) of the file)"
    }
}
