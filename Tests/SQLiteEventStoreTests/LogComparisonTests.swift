import EventLog
import Foundation
import GRDB
import Testing
import VerdictTesting

@testable import SQLiteEventStore

@Suite("A log that is only read")
struct LogComparisonTests {
    /// Two logs of the same events.
    private static func twins() throws -> TemporaryDirectory {
        let directory = try TemporaryDirectory()
        let events = (0..<5).map { number in
            NewEvent(
                id: EventID(at: ManualTime().now(), random: UInt64(number)), type: "test.happened.v1",
                recordedAt: ManualTime().now(), actor: "agent:é", data: Array(#"{"n":\#(number)}"#.utf8))
        }
        for name in ["a.db", "b.db"] {
            let store = try SQLiteEventStore(path: directory.file(name))
            _ = try store.append([StreamAppend(StreamName(text: "test/1"), expecting: .any, events)])
            try store.close()
        }
        return directory
    }

    private static func difference(_ directory: TemporaryDirectory, upTo last: Position = 5) throws -> Position? {
        try LogReader(path: directory.file("a.db"))
            .firstDifference(from: LogReader(path: directory.file("b.db")), upTo: last)
    }

    @Test("two logs of the same events are the same")
    func same() throws {
        let directory = try Self.twins()
        #expect(try Self.difference(directory) == nil)
        let (a, b) = (try LogReader(path: directory.file("a.db")), try LogReader(path: directory.file("b.db")))
        #expect(try a.hasSchema(of: b))
    }

    @Test(
        "a difference in any column is found where it is, also in bytes that look alike",
        arguments: [
            "stream = 'test/2'", "version = 9", "type = 'test.happened.v2'", "id = zeroblob(16)",
            "recorded_at = recorded_at + 1", "actor = 'agent:e' || char(0x301)", "data = data || ' '",
            "metadata = '{ }'", "actor = actor || char(0) || 'x'",
        ])
    func differences(change: String) throws {
        let directory = try Self.twins()
        try LogInWrongHands(directory.file("b.db")).tamper("UPDATE events SET \(change) WHERE position = 4")
        #expect(try Self.difference(directory) == 4)
        #expect(try Self.difference(directory, upTo: 3) == nil)
    }

    @Test("an event that is missing is found in either log", arguments: ["a.db", "b.db"])
    func missing(name: String) throws {
        for position in [1, 3, 5] {
            let directory = try Self.twins()
            try LogInWrongHands(directory.file(name)).tamper("DELETE FROM events WHERE position = \(position)")
            #expect(try Self.difference(directory) == position)
        }
    }

    @Test("a log without its triggers is another one")
    func schema() throws {
        let directory = try Self.twins()
        try DatabaseQueue(path: directory.file("b.db")).write {
            try $0.execute(sql: "DROP TRIGGER events_are_appended")
        }
        let (a, b) = (try LogReader(path: directory.file("a.db")), try LogReader(path: directory.file("b.db")))
        #expect(try !a.hasSchema(of: b))
    }

    @Test("nothing can be appended to it")
    func append() throws {
        let directory = try Self.twins()
        let log = try LogReader(path: directory.file("a.db"))
        #expect(throws: EventStoreError.self) { try log.append([]) }
    }

    @Test("pages that do not hold together are seen")
    func damage() throws {
        let directory = try Self.twins()
        try LogCopy.makeSelfContained(directory.file("a.db"))
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: directory.file("a.db")))
        // The second page is the root of the table of events.
        try file.seek(toOffset: 4096)
        try file.write(contentsOf: Data(repeating: 0x5A, count: 4096))
        try file.close()
        let damage: String?
        do {
            damage = try LogReader(path: directory.file("a.db")).damage()
        } catch let error as EventStoreError {
            damage = "\(error)"
        }
        #expect(damage != nil)
    }
}
