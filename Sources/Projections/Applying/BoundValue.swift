import EventLog
import GRDB
import GRDBSQLite

/// A parameter of a statement that a projection runs for every event.
///
/// Such statements are bound and stepped here directly: by way of GRDB's values and observers the views cost twice as much
/// as SQLite needs for them. Texts are written whole, with their NULs.
enum BoundValue {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case bytes([UInt8])

    static func integer(_ value: Int) -> BoundValue { .integer(Int64(value)) }
    static func flag(_ value: Bool) -> BoundValue { .integer(value ? 1 : 0) }
    static func optional(_ value: Int?) -> BoundValue { value.map { .integer($0) } ?? .null }
    static func optional(_ value: String?) -> BoundValue { value.map { .text($0) } ?? .null }
    static func time(_ value: Timestamp?) -> BoundValue { value.map { .integer($0.microseconds) } ?? .null }

    fileprivate func bind(at place: CInt, to statement: SQLiteStatement) {
        switch self {
        case .null: sqlite3_bind_null(statement, place)
        case .integer(let value): sqlite3_bind_int64(statement, place, value)
        case .real(let value): sqlite3_bind_double(statement, place, value)
        case .text(var text):
            text.withUTF8 { BoundStatement.bind($0, at: place, to: statement, BoundStatement.copied) }
        case .bytes(let bytes): sqlite3_bind_blob(statement, place, bytes, CInt(bytes.count), BoundStatement.copied)
        }
    }
}

extension Database {
    /// Runs a statement that changes something, once.
    ///
    /// - Throws: `DatabaseError`.
    func run(_ sql: String, _ values: [BoundValue] = []) throws {
        try step(sql, values) { _ in }
    }

    /// The first column of the first row that a query finds; nil for none, and for null.
    ///
    /// - Throws: `DatabaseError`.
    func integer(_ sql: String, _ values: [BoundValue] = []) throws -> Int64? {
        try step(sql, values) { statement in
            sqlite3_column_type(statement, 0) == SQLITE_INTEGER ? sqlite3_column_int64(statement, 0) : nil
        } ?? nil
    }

    /// The first row that a query finds, of integers and nulls alone.
    ///
    /// - Throws: `DatabaseError`.
    func integers(_ sql: String, _ values: [BoundValue] = []) throws -> [Int64?]? {
        try step(sql, values) { statement in
            (0..<sqlite3_column_count(statement)).map { column in
                sqlite3_column_type(statement, column) == SQLITE_INTEGER ? sqlite3_column_int64(statement, column) : nil
            }
        }
    }

    /// - Returns: what the closure makes of the first row; nil where there is none.
    @discardableResult
    private func step<Value>(
        _ sql: String, _ values: [BoundValue], _ row: (SQLiteStatement) -> Value
    ) throws -> Value? {
        var found: Value?
        try step(cachedStatement(sql: sql).sqliteStatement, sql, values) { statement in
            found = row(statement)
            return false
        }
        return found
    }

    /// Runs a statement with those values.
    ///
    /// - Parameter row: called at each row that it finds, until it says that this is enough.
    /// - Throws: `DatabaseError`, or what the closure throws.
    func step(
        _ statement: SQLiteStatement, _ sql: String, _ values: [BoundValue], _ row: (SQLiteStatement) throws -> Bool
    ) throws {
        defer {
            sqlite3_reset(statement)
            sqlite3_clear_bindings(statement)
        }
        for (index, value) in values.enumerated() { value.bind(at: CInt(index + 1), to: statement) }
        while true {
            switch sqlite3_step(statement) {
            case SQLITE_DONE: return
            case SQLITE_ROW:
                guard try row(statement) else { return }
            default:
                throw DatabaseError(
                    resultCode: ResultCode(rawValue: sqlite3_extended_errcode(sqliteConnection)),
                    message: String(cString: sqlite3_errmsg(sqliteConnection)), sql: sql)
            }
        }
    }
}
