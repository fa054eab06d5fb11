import EventLog
import Foundation
import GRDB
import SQLiteEventStore
import Testing
import VerdictTesting

@Suite("The check of a log's file")
struct DatabaseCheckTests {
    /// What SQLite counts its changes of the schema with: it may be any number.
    private static let schemaCookie = 40..<44
    /// The version of SQLite that wrote last: another one may be just as good.
    private static let writer = 96..<100

    @Test("every byte of the header that changes is found, and named by a range that it lies in")
    func everyByteOfTheHeader() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("events.db")
        let store = try SQLiteEventStore(path: path)
        let event = NewEvent(
            id: EventID(at: Timestamp(microseconds: 1), random: 1), type: "t.v1",
            recordedAt: Timestamp(microseconds: 1),
            actor: "a", data: Array("{}".utf8))
        _ = try store.append([StreamAppend(StreamName(text: "s/1"), expecting: .any, [event])])
        try store.closeForMoving()
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        #expect(DatabaseCheck.log(path: path).run() == .sound)
        for offset in 0..<100 where !Self.schemaCookie.contains(offset) && !Self.writer.contains(offset) {
            var damaged = whole
            damaged[offset] ^= 0x40
            let copy = directory.file("copy-\(offset)")
            try damaged.write(to: URL(fileURLWithPath: copy))
            guard case .damaged(let findings) = DatabaseCheck.log(path: copy).run() else {
                Issue.record("byte \(offset) may change")
                continue
            }
            // SQLite finds by itself what the number of pages, the free ones and the size of a page are wrong about.
            if !(28..<40).contains(offset) {
                #expect(
                    findings.contains { Self.ranges(in: $0).contains { $0.contains(offset) } }, "\(offset): \(findings)"
                )
            }
        }
    }

    @Test("a derived file that is being made, or was left unfinished, is passed over; a finished one is judged")
    func derivedFiles() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("views.db")
        try Data().write(to: URL(filePath: path))
        #expect(DatabaseCheck.derived(path: path).run() == .passedOver("it was not finished, and is made anew"))
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let views = try DatabaseQueue(path: path, configuration: configuration)
        try views.writeWithoutTransaction { database in
            try database.execute(
                sql: """
                    PRAGMA journal_mode = WAL;
                    CREATE TABLE slot (id INTEGER PRIMARY KEY, generation INTEGER NOT NULL, is_complete INTEGER NOT NULL);
                    INSERT INTO slot VALUES (1, 0, 0);
                    """)
        }
        let check = DatabaseCheck.derived(path: path, waitingSeconds: 0.1)
        #expect(check.run() == .passedOver("it was not finished, and is made anew"))
        try views.writeWithoutTransaction { database in
            try database.execute(sql: "UPDATE slot SET is_complete = 1")
            try database.execute(sql: "PRAGMA journal_mode = DELETE; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE")
        }
        #expect(check.run() == .passedOver("it is being made"))
        try views.close()
        #expect(check.run() != .sound, "it should have a write-ahead log")
        let finished = try DatabasePool(path: path)
        try finished.close()
        #expect(check.run() == .sound)
    }

    @Test("a derived file that is finished while it is waited for is judged as it is then")
    func finishedMeanwhile() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("views.db")
        let views = try DatabaseQueue(path: path)
        try await views.writeWithoutTransaction { database in
            try database.execute(
                sql: """
                    PRAGMA locking_mode = EXCLUSIVE;
                    CREATE TABLE slot (id INTEGER PRIMARY KEY, generation INTEGER NOT NULL, is_complete INTEGER NOT NULL);
                    INSERT INTO slot VALUES (1, 0, 1);
                    """)
        }
        let holders = try Self.descriptors(of: path)
        async let outcome = Task.detached { DatabaseCheck.derived(path: path, waitingSeconds: 600).run() }.value
        while try Self.descriptors(of: path) <= holders { await Task.yield() }
        try await views.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = WAL") }
        try views.close()
        #expect(await outcome == .sound)
    }

    /// How many descriptors of this process lead to that file.
    private static func descriptors(of path: String) throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
            .filter { (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")) == path }
            .count
    }

    /// `byte 3`, `bytes 24 to 27 and 92 to 95`.
    private static func ranges(in finding: String) -> [ClosedRange<Int>] {
        guard finding.contains(" of the header") else { return [] }
        return finding.matches(of: #/(\d+)(?: to (\d+))?/#).compactMap { match in
            guard let lower = Int(match.1), let upper = match.2.map({ Int($0) }) ?? lower, lower <= upper else {
                return nil
            }
            return lower...upper
        }
    }
}
