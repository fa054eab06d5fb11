import GRDB
import GRDBSQLite

/// A statement that is run hundreds of thousands of times: bound by position, without a copy or an allocation.
final class BoundStatement {
    private let statement: Statement
    private let connection: SQLiteConnection?
    private let handle: SQLiteStatement
    private var place: CInt = 0

    init(_ sql: String, in database: Database) throws {
        statement = try database.makeStatement(sql: sql)
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

    /// The bytes must stay until the statement was run.
    func bind(_ text: UnsafeBufferPointer<UInt8>) {
        place += 1
        bind(at: place, text)
    }

    private func bind(at place: CInt, _ text: UnsafeBufferPointer<UInt8>) {
        // No destructor means that the bytes are not ours to free, and stay where they are (SQLITE_STATIC).
        Self.bind(text, at: place, to: handle, nil)
    }

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
        place = 0
        let code = sqlite3_step(handle)
        let message = code == SQLITE_DONE ? nil : sqlite3_errmsg(connection).map { String(cString: $0) }
        sqlite3_reset(handle)
        guard code == SQLITE_DONE else {
            throw DatabaseError(resultCode: ResultCode(rawValue: code & 0xFF), message: message)
        }
    }
}
