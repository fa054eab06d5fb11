import EventLog
import GRDB
import GRDBSQLite

/// The columns of the row at which a statement stands. Texts are read whole, with their NULs.
///
/// GRDB's rows look their columns up by name, which costs several times what SQLite needs for a row of thirty columns.
struct Columns {
    private let statement: SQLiteStatement

    init(_ statement: SQLiteStatement) { self.statement = statement }

    func isNull(_ column: CInt) -> Bool { sqlite3_column_type(statement, column) == SQLITE_NULL }

    func integer(_ column: CInt) -> Int64 { sqlite3_column_int64(statement, column) }

    func integer(_ column: CInt) -> Int { Int(sqlite3_column_int64(statement, column)) }

    func optionalInteger(_ column: CInt) -> Int64? { isNull(column) ? nil : integer(column) }

    func flag(_ column: CInt) -> Bool { integer(column) != 0 }

    func time(_ column: CInt) -> Timestamp { Timestamp(microseconds: integer(column)) }

    func optionalTime(_ column: CInt) -> Timestamp? { isNull(column) ? nil : time(column) }

    /// Empty for null.
    func text(_ column: CInt) -> String {
        // In this order: the bytes are counted in the encoding that was asked for.
        guard let start = sqlite3_column_text(statement, column) else { return "" }
        let bytes = UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column)))
        return String(decoding: bytes, as: UTF8.self)
    }

    func optionalText(_ column: CInt) -> String? { isNull(column) ? nil : text(column) }
}

extension Database {
    /// What the closure makes of each row that a query finds.
    ///
    /// - Parameter isKept: whether the statement is kept for the next time; for those of which there are few.
    /// - Throws: `DatabaseError`, or what the closure throws.
    func rows<Value>(
        _ sql: String, _ values: [BoundValue] = [], isKept: Bool = true, _ row: (Columns) throws -> Value
    ) throws -> [Value] {
        let statement = try isKept ? cachedStatement(sql: sql) : makeStatement(sql: sql)
        var found: [Value] = []
        try withExtendedLifetime(statement) {
            try step(statement.sqliteStatement, sql, values) { handle in
                found.append(try row(Columns(handle)))
                return true
            }
        }
        return found
    }
}
