import Foundation
import GRDB

/// Looks for damage in a SQLite file, also while others use it: nothing is written, whatever is found.
package struct DatabaseCheck {
    /// Findings that SQLite is asked for at most.
    private static let messagesMax = 100

    /// How long a file that somebody holds for himself is waited for, if nobody asks for another patience.
    package static let patienceSeconds = 3.0

    /// What the check has come to.
    package enum Outcome: Sendable, Hashable {
        case sound
        /// The file is not one to be judged now, for that reason.
        case passedOver(String)
        /// What is wrong, each with its place.
        case damaged([String])
    }

    private let path: String
    private let applicationID: Int
    private let userVersion: Int?
    /// Whether the file is made from the log, and made anew at times.
    private let isDerived: Bool
    /// How long somebody who holds the file for himself is waited for, in seconds.
    private let busySeconds: Double
    /// Whether the file was copied out of its write-ahead log, and is only read.
    private var isCopy = false

    /// The log itself.
    ///
    /// - Parameter isCopy: whether it lies in a backup.
    package static func log(path: String, isCopy: Bool = false) -> DatabaseCheck {
        DatabaseCheck(
            path: path, applicationID: SQLiteEventStore.applicationID, userVersion: 0, isDerived: false,
            busySeconds: patienceSeconds, isCopy: isCopy)
    }

    /// A file that is derived from the log; what its tables should be is judged elsewhere.
    package static func derived(path: String, waitingSeconds: Double = patienceSeconds) -> DatabaseCheck {
        DatabaseCheck(path: path, applicationID: 0, userVersion: nil, isDerived: true, busySeconds: waitingSeconds)
    }

    package func run() -> Outcome {
        let outcome = judge()
        if isDerived, case .damaged = outcome, !FileManager.default.fileExists(atPath: path) {
            return .passedOver("another file has taken its place meanwhile")
        }
        return outcome
    }

    private func judge() -> Outcome {
        do {
            let pageSizeBytes = try DatabaseHeader(path: path).pageSizeBytes
            let found: [String]
            do {
                guard let findings = try contentFindings(pageSizeBytes: pageSizeBytes) else {
                    return .passedOver("it was not finished, and is made anew")
                }
                found = findings
            } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY && isDerived {
                return .passedOver("it is being made")
            } catch {
                found = ["it cannot be read: \(Self.words(error))"]
            }
            // Judged last: whoever was making the file may have finished it while it was waited for.
            let faults = try DatabaseHeader(path: path).faults(
                applicationID: applicationID, userVersion: userVersion, journal: isCopy ? 1 : 2,
                mayBeUnwritten: !isDerived)
            return faults.isEmpty && found.isEmpty ? .sound : .damaged(faults + found)
        } catch {
            return .damaged(["it cannot be read: \(error)"])
        }
    }

    /// Nil for a derived file that was not finished.
    private func contentFindings(pageSizeBytes: Int) throws -> [String]? {
        var configuration = Configuration()
        configuration.label = "check"
        configuration.readonly = true
        configuration.busyMode = .timeout(busySeconds)
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        defer { try? queue.close() }
        // Without a transaction around it: its end would report the damage once more, as an error of its own.
        return try queue.unsafeRead { database in
            if isDerived {
                guard try !Self.isUnfinished(database) else { return nil }
                return Self.integrityFindings(database, pageSizeBytes)
            }
            return Self.integrityFindings(database, pageSizeBytes)
                + SchemaItem.differences(try SchemaItem.all(in: database), try SchemaItem.expected(asIn: database))
        }
    }

    /// Whether the file says of itself that somebody was to write more of it. One that cannot say so is judged by its pages.
    private static func isUnfinished(_ database: Database) throws -> Bool {
        do {
            guard try database.tableExists("slot") else {
                // Nothing was written yet; a file of something else is no unfinished one.
                return try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_master") == 0
            }
            return try Int.fetchOne(database, sql: "SELECT is_complete FROM slot") == 0
        } catch let error as DatabaseError where error.resultCode != .SQLITE_BUSY {
            return false
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
