import EventLog
import GRDB
import SQLiteEventStore
import Testing
import VerdictTesting

@Suite("The log is append-only")
struct AppendOnlyTests {
    private let fixture: StoreFixture

    init() throws {
        fixture = try StoreFixture()
    }

    @Test(
        "a statement that would change or take away an event is refused, by whatever connection",
        arguments: [
            "UPDATE events SET data = '{}'", "UPDATE events SET position = 9 WHERE position = 1",
            "UPDATE events SET actor = actor WHERE position = 1", "DELETE FROM events",
            "DELETE FROM events WHERE position = 2",
            "REPLACE INTO events SELECT position, stream, version, type, id, 0, 'evil', data, metadata FROM events",
            "REPLACE INTO events SELECT 3, stream, version, type, id, 0, 'evil', data, '{}' FROM events WHERE version = 1",
            "INSERT INTO events SELECT 9, stream, 3, type, id, 0, actor, data, metadata FROM events WHERE version = 1",
            "INSERT INTO events SELECT 3, stream, 4, type, id, 0, actor, data, metadata FROM events WHERE version = 1",
        ])
    func refused(sql: String) throws {
        let appended = try fixture.store.append([StreamAppend("decision/a", "1", "2")])
        let error = #expect(throws: DatabaseError.self) {
            try fixture.otherConnection().write { try $0.execute(sql: sql) }
        }
        #expect(error?.message?.contains("the log is append-only") == true)
        #expect(try fixture.store.read(from: 1, limit: 10) == appended)
    }

    @Test(
        "a row that is no event is refused by the table",
        arguments: [
            "(1, 's', 9, 't', zeroblob(16), 0, 'a', '{}', '{}')", "(0, 's', 9, 't', zeroblob(16), 0, 'a', '{}', '{}')",
            "(2, 'decision/a', 1, 't', zeroblob(16), 0, 'a', '{}', '{}')",
            "(2, 's', 0, 't', zeroblob(16), 0, 'a', '{}', '{}')", "(2, 's', 1, 't', zeroblob(15), 0, 'a', '{}', '{}')",
            "(2, 's', 1, 't', zeroblob(16), 'now', 'a', '{}', '{}')",
            "(2, 's', 1, 't', zeroblob(16), 0, NULL, '{}', '{}')",
            "(2, 's', 1, 't', zeroblob(16), 0, 'a', x'7b7d', '{}')",
        ])
    func refusedRows(values: String) throws {
        _ = try fixture.store.append([StreamAppend("decision/a", "1")])
        let error = #expect(throws: DatabaseError.self) {
            try fixture.otherConnection().write { try $0.execute(sql: "INSERT INTO events VALUES \(values)") }
        }
        #expect(error?.resultCode == .SQLITE_CONSTRAINT)
    }

    @Test("a row whose id is no UUID, forced in past the checks, is called corrupt")
    func corruptRow() throws {
        _ = try fixture.store.append([StreamAppend("decision/a", "1")])
        try fixture.otherConnection().write { database in
            try database.execute(sql: "PRAGMA ignore_check_constraints = ON")
            try database.execute(
                sql: "INSERT INTO events VALUES (2, 'decision/a', 2, 't', zeroblob(15), 0, 'a', '{}', '{}')")
        }
        let corrupt = EventStoreError.corrupt(position: 2, "its id is not a UUID")
        #expect(throws: corrupt) { try fixture.store.read(from: 1, limit: 10) }
        #expect(throws: corrupt) { try fixture.store.read(stream: StreamName(text: "decision/a")) }
        #expect(try fixture.store.read(from: 1, limit: 1).count == 1)
    }
}
