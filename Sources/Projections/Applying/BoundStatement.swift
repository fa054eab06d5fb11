import EventLog
import GRDB
import GRDBSQLite

/// A statement that is run for every event: bound by position, without an array of values.
final class BoundStatement {
    private let statement: Statement
    private let connection: SQLiteConnection?
    private let handle: SQLiteStatement
    private var place: CInt = 0
    /// What is bound of Swift's texts, whose own bytes do not stay where they are.
    private var texts = KeptBytes()

    init(_ sql: String, in database: Database) throws {
        statement = try database.cachedStatement(sql: sql)
        handle = statement.sqliteStatement
        connection = database.sqliteConnection
    }

    // MARK: Binding, one parameter after the other

    func bind(_ value: Int) { bind(Int64(value)) }

    func bind(_ value: Int64) {
        place += 1
        sqlite3_bind_int64(handle, place, value)
    }

    func bind(_ value: Int64?) {
        if let value { bind(value) } else { bindNull() }
    }

    func bind(_ value: Int?) { bind(value.map { Int64($0) }) }

    func bind(_ value: Bool) { bind(value ? 1 : 0) }

    func bind(_ value: Timestamp?) { bind(value?.microseconds) }

    func bind(_ value: Double) {
        place += 1
        sqlite3_bind_double(handle, place, value)
    }

    func bindNull() {
        place += 1
        sqlite3_bind_null(handle, place)
    }

    func bind(_ text: StaticString) {
        place += 1
        text.withUTF8Buffer { bind(at: place, $0) }
    }

    func bind(_ text: String?) {
        guard var text else { return bindNull() }
        place += 1
        // To have SQLite copy each costs an allocation each.
        text.withUTF8 { utf8 in
            if let kept = texts.keep(utf8) {
                bind(at: place, kept)
            } else {
                Self.bind(utf8, at: place, to: handle, Self.copied)
            }
        }
    }

    /// The bytes must stay until the statement was run.
    func bind(_ text: UnsafeBufferPointer<UInt8>) {
        place += 1
        bind(at: place, text)
    }

    private func bind(at place: CInt, _ text: UnsafeBufferPointer<UInt8>) {
        // No destructor means that the bytes are not ours to free, and stay where they are (SQLITE_STATIC).
        Self.bind(text, at: place, to: handle, nil)
    }

    /// Has SQLite copy what is bound (SQLITE_TRANSIENT).
    static let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    static func bind(
        _ text: UnsafeBufferPointer<UInt8>, at place: CInt, to handle: SQLiteStatement,
        _ destructor: sqlite3_destructor_type?
    ) {
        guard let start = text.baseAddress else {
            sqlite3_bind_text(handle, place, "", 0, nil)
            return
        }
        start.withMemoryRebound(to: CChar.self, capacity: text.count) {
            _ = sqlite3_bind_text(handle, place, $0, CInt(text.count), destructor)
        }
    }

    // MARK: Running

    /// Runs the statement with what was bound, and begins with the first parameter again.
    ///
    /// - Throws: `DatabaseError`.
    func run() throws {
        _ = try first { _ in }
    }

    /// The same for a query.
    ///
    /// - Returns: what the closure makes of the first row; nil where there is none.
    /// - Throws: `DatabaseError`.
    func first<Value>(_ row: (Columns) -> Value) throws -> Value? {
        place = 0
        let code = sqlite3_step(handle)
        let found = code == SQLITE_ROW ? row(Columns(handle)) : nil
        let isDone = code == SQLITE_DONE || code == SQLITE_ROW
        let message = isDone ? nil : sqlite3_errmsg(connection).map { String(cString: $0) }
        sqlite3_reset(handle)
        texts.letGo()
        guard isDone else { throw DatabaseError(resultCode: ResultCode(rawValue: code & 0xFF), message: message) }
        return found
    }
}

/// A statement of a projection, which finds it when it first needs it in its transaction.
struct EventStatement {
    private let sql: String
    private var statement: BoundStatement?

    init(_ sql: String) {
        self.sql = sql
    }

    mutating func callAsFunction(in database: Database) throws -> BoundStatement {
        if let statement { return statement }
        let found = try BoundStatement(sql, in: database)
        statement = found
        return found
    }
}
