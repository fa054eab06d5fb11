import EventLog
import GRDB
import GRDBSQLite

/// Steps through the events of the log and lends each, without a copy: twice as fast as reading rows through GRDB.
enum EventScan {
    static let sql = """
        SELECT position, stream, version, type, id, recorded_at, actor, data, metadata FROM events
        WHERE position >= ? ORDER BY position LIMIT ?
        """

    /// - Throws: `DatabaseError`, `EventStoreError.corrupt`, or what the body throws.
    static func run(
        in database: Database, from position: Position, limit: Int, _ body: (LentEvent) throws -> Void
    ) throws {
        let statement = try database.cachedStatement(sql: sql)
        try statement.setArguments([position, limit])
        let handle = statement.sqliteStatement
        sqlite3_reset(handle)
        defer { sqlite3_reset(handle) }
        while true {
            let code = sqlite3_step(handle)
            if code == SQLITE_DONE { return }
            guard code == SQLITE_ROW else {
                throw DatabaseError(
                    resultCode: ResultCode(rawValue: code),
                    message: String(cString: sqlite3_errmsg(database.sqliteConnection)))
            }
            try body(try event(handle))
        }
    }

    private static func event(_ handle: OpaquePointer) throws -> LentEvent {
        let position = Int(sqlite3_column_int64(handle, 0))
        let bytes = bytes(handle, 4)
        guard bytes.count == 16, let start = UnsafeRawPointer(bytes.baseAddress) else {
            throw EventStoreError.corrupt(position: position, "its id is not a UUID")
        }
        let id = EventID(
            high: UInt64(bigEndian: start.loadUnaligned(as: UInt64.self)),
            low: UInt64(bigEndian: start.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
        return LentEvent(
            position: position, version: Int(sqlite3_column_int64(handle, 2)), id: id,
            recordedAt: Timestamp(microseconds: sqlite3_column_int64(handle, 5)), stream: Self.bytes(handle, 1),
            type: Self.bytes(handle, 3), actor: Self.bytes(handle, 6), data: Self.bytes(handle, 7),
            metadata: Self.bytes(handle, 8))
    }

    /// The whole column, with its NULs.
    private static func bytes(_ handle: OpaquePointer, _ column: CInt) -> UnsafeBufferPointer<UInt8> {
        // The pointer first: asking for the size first could move the bytes (https://www.sqlite.org/c3ref/column_blob.html).
        let start = sqlite3_column_blob(handle, column)?.assumingMemoryBound(to: UInt8.self)
        return UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column)))
    }
}
