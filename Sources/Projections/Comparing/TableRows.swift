import Foundation
import GRDB
import GRDBSQLite

/// Steps through all rows of a table in the order of its key, and compares them byte for byte with those of another file.
struct TableRows {
    private let handle: OpaquePointer
    /// Keeps the statement.
    private let statement: Statement
    private let database: Database
    let table: String
    let columns: [String]
    /// Places of the key's columns.
    private let key: [CInt]
    private(set) var isAtEnd = false

    /// Stands at the first row.
    ///
    /// - Throws: `DatabaseError`.
    init(of table: String, in database: Database) throws {
        let infos = try Row.fetchAll(database, sql: "PRAGMA table_info(\(table.quotedDatabaseIdentifier))")
        columns = infos.map { $0["name"] }
        let keyed = infos.enumerated().filter { ($0.element["pk"] as Int) > 0 }
            .sorted { ($0.element["pk"] as Int) < ($1.element["pk"] as Int) }
        key = keyed.map { CInt($0.offset) }
        let order = keyed.map { ($0.element["name"] as String).quotedDatabaseIdentifier }
        statement = try database.makeStatement(
            sql: "SELECT * FROM \(table.quotedDatabaseIdentifier) ORDER BY \(order.joined(separator: ", "))")
        handle = statement.sqliteStatement
        self.table = table
        self.database = database
        try step()
    }

    /// - Throws: `DatabaseError` where the file is damaged.
    mutating func step() throws {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: break
        case SQLITE_DONE: isAtEnd = true
        case let code:
            throw DatabaseError(
                resultCode: ResultCode(rawValue: code),
                message: String(cString: sqlite3_errmsg(database.sqliteConnection)))
        }
    }

    /// The key of the row, as it is shown.
    var row: TableRow {
        let words = key.map { "\(columns[Int($0)]) \(text($0))" }
        return TableRow(table: table, key: words.joined(separator: ", "))
    }

    private func text(_ column: CInt) -> String {
        sqlite3_column_type(handle, column) == SQLITE_INTEGER
            ? String(sqlite3_column_int64(handle, column)) : String(decoding: bytes(column), as: UTF8.self)
    }

    /// Negative where this row stands before that one by its key, positive where it stands behind it. Keys are whole
    /// numbers and texts, which SQLite orders by their bytes.
    func order(beside other: TableRows) -> Int {
        for column in key {
            let order: Int
            if sqlite3_column_type(handle, column) == SQLITE_INTEGER {
                let (mine, its) = (sqlite3_column_int64(handle, column), sqlite3_column_int64(other.handle, column))
                order = mine < its ? -1 : mine > its ? 1 : 0
            } else {
                let (mine, its) = (bytes(column), other.bytes(column))
                let common = memcmp(mine.baseAddress ?? empty, its.baseAddress ?? empty, min(mine.count, its.count))
                order = common == 0 ? mine.count - its.count : Int(common)
            }
            if order != 0 { return order }
        }
        return 0
    }

    /// The columns in which this row differs from that one.
    func differences(from other: TableRows) -> [String] {
        columns.indices.filter { !isSame(CInt($0), as: other) }.map { columns[$0] }
    }

    private func isSame(_ column: CInt, as other: TableRows) -> Bool {
        let type = sqlite3_column_type(handle, column)
        guard type == sqlite3_column_type(other.handle, column) else { return false }
        switch type {
        case SQLITE_NULL: return true
        case SQLITE_INTEGER: return sqlite3_column_int64(handle, column) == sqlite3_column_int64(other.handle, column)
        case SQLITE_FLOAT:
            return sqlite3_column_double(handle, column).bitPattern
                == sqlite3_column_double(other.handle, column).bitPattern
        default:
            let (mine, its) = (bytes(column), other.bytes(column))
            return mine.count == its.count
                && memcmp(mine.baseAddress ?? empty, its.baseAddress ?? empty, mine.count) == 0
        }
    }

    /// The whole text or blob, with its NULs.
    private func bytes(_ column: CInt) -> UnsafeRawBufferPointer {
        // The pointer first: asking for the size first could move the bytes (https://www.sqlite.org/c3ref/column_blob.html).
        let start = sqlite3_column_blob(handle, column)
        return UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column)))
    }

    /// Stands in for the bytes of an empty text, of which nothing is read.
    private var empty: UnsafeRawPointer { UnsafeRawPointer(handle) }
}
