import EventLog
import GRDB
import GRDBSQLite

/// Writes rows of events by binding and stepping the statement itself: the innermost loop of every command, which costs
/// half as much as by way of GRDB's values.
struct EventInsertion: ~Copyable {
    private static let sql = """
        INSERT INTO events (position, stream, version, type, id, recorded_at, actor, data, metadata)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """

    /// Has SQLite copy what is bound (SQLITE_TRANSIENT).
    private static let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    private let database: Database
    private let statement: Statement
    /// What is bound, since the bytes of a Swift string do not stay where they are: to have SQLite copy each costs an
    /// allocation each.
    private var texts = KeptBytes()

    init(into database: Database) throws {
        self.database = database
        statement = try database.cachedStatement(sql: Self.sql)
    }

    /// - Throws: `EventStoreError.entryTooLarge`; `DatabaseError`, with `SQLITE_CONSTRAINT_TRIGGER` where the event is not
    ///   the next of the log and of its stream.
    mutating func insert(_ event: RecordedEvent) throws {
        try event.checkSize()
        let handle = statement.sqliteStatement
        defer {
            sqlite3_reset(handle)
            sqlite3_clear_bindings(handle)
            texts.letGo()
        }
        sqlite3_bind_int64(handle, 1, Int64(event.position))
        bind(event.stream.text, at: 2, to: handle)
        sqlite3_bind_int64(handle, 3, Int64(event.version))
        bind(event.type, at: 4, to: handle)
        event.id.bytes.withUnsafeBufferPointer { bind($0, at: 5, to: handle, isText: false) }
        sqlite3_bind_int64(handle, 6, event.recordedAt.microseconds)
        bind(event.actor, at: 7, to: handle)
        event.data.withUnsafeBufferPointer { bind($0, at: 8, to: handle) }
        bind(event.metadata, at: 9, to: handle)
        let code = sqlite3_step(handle)
        guard code == SQLITE_DONE else {
            let connection = database.sqliteConnection
            throw DatabaseError(
                resultCode: ResultCode(rawValue: sqlite3_extended_errcode(connection)),
                message: String(cString: sqlite3_errmsg(connection)))
        }
    }

    private mutating func bind(_ text: String, at place: CInt, to handle: SQLiteStatement) {
        var text = text
        text.withUTF8 { bind($0, at: place, to: handle) }
    }

    /// All of the bytes, with their NULs.
    private mutating func bind(
        _ bytes: UnsafeBufferPointer<UInt8>, at place: CInt, to handle: SQLiteStatement, isText: Bool = true
    ) {
        let kept = texts.keep(bytes)
        let destructor = kept == nil ? Self.copied : nil
        guard let start = UnsafeRawPointer((kept ?? bytes).baseAddress) else {
            sqlite3_bind_text(handle, place, "", 0, nil)
            return
        }
        if isText {
            sqlite3_bind_text(
                handle, place, start.assumingMemoryBound(to: CChar.self), CInt(bytes.count), destructor)
        } else {
            sqlite3_bind_blob(handle, place, start, CInt(bytes.count), destructor)
        }
    }
}

extension RecordedEvent {
    /// Names and metadata are short and payloads are hashed above a limit, so an entry fits; this is the proof.
    fileprivate func checkSize() throws {
        let fixed = 1024
        let size = fixed + stream.text.utf8.count * 6 + actor.utf8.count * 6 + metadata.utf8.count
        let sizeMax = CloudEvent.entrySizeBytesMax - CloudEvent.dataSizeBytesMax
        guard size <= sizeMax else { throw EventStoreError.entryTooLarge(type: type, sizeBytes: size) }
    }
}
