import EventLog
import Foundation
import GRDB
import Synchronization
import Testing
import VerdictTesting

@testable import SQLiteEventStore

@Suite("Copying a log", .timeLimit(.minutes(1)))
struct LogCopyTests {
    /// So many events of so many bytes are some hundred pages, which are copied in several steps.
    private static let events = 60
    private static let payload = Array(#"{"pad":"\#(String(repeating: "x", count: 20_000))"}"#.utf8)

    private static func append(_ count: Int, to log: any EventStore) throws {
        for _ in 0..<count {
            let event = NewEvent(
                id: EventID(at: ManualTime().now(), random: .random(in: .min ... .max)), type: "test.happened.v1",
                recordedAt: ManualTime().now(), actor: "agent:test", data: payload)
            _ = try log.append([StreamAppend(StreamName(text: "test/1"), expecting: .any, [event])])
        }
    }

    @Test(
        "a copy that others write beside at every step ends, and holds what was there when it began, and nothing else")
    func besideWriters() throws {
        let directory = try TemporaryDirectory()
        let log = try SQLiteEventStore(path: directory.file("events.db"))
        try Self.append(Self.events, to: log)
        let pauses = Mutex(0)
        let pace = Pace(bytesPerSecond: 1) { _ in
            // A copy that begins again at every write is let go after a while, and is seen to have too much.
            guard
                pauses.withLock({
                    $0 += 1; return $0
                }) < 200
            else { return }
            do {
                try Self.append(1, to: log)
            } catch {
                Issue.record(error)
            }
        }
        let end = try LogCopy.copy(from: directory.file("events.db"), to: directory.file("copy.db"), pace: pace)
        #expect(pauses.withLock { $0 } > 3)
        #expect(log.lastPosition == Self.events + pauses.withLock { $0 })
        #expect(end?.position == Self.events)

        let (copy, original) = (
            try LogReader(path: directory.file("copy.db")), try LogReader(path: directory.file("events.db"))
        )
        #expect(try copy.end() == end)
        #expect(try copy.damage() == nil)
        #expect(try copy.hasSchema(of: original))
        #expect(try copy.firstDifference(from: original, upTo: Self.events) == nil)
        #expect(try copy.read(from: 1, limit: 100) == log.read(from: 1, limit: Self.events))
    }

    @Test("the writer is not kept waiting, and its write-ahead log begins again once the copy is done")
    func writeAheadLog() throws {
        let directory = try TemporaryDirectory()
        let log = try SQLiteEventStore(path: directory.file("events.db"))
        try Self.append(Self.events, to: log)
        func size() throws -> Int {
            try FileManager.default.attributesOfItem(atPath: directory.file("events.db-wal"))[.size] as? Int ?? 0
        }
        _ = try LogCopy.copy(
            from: directory.file("events.db"), to: directory.file("copy.db"), pace: Pace(bytesPerSecond: nil))
        // Checkpoints are made every thousand pages; after some of them the file would have grown over any bound.
        try Self.append(400, to: log)
        let first = try size()
        try Self.append(400, to: log)
        #expect(try size() <= first + 4_200_000)
    }

    @Test("the copy is one file, and reading it makes no other")
    func oneFile() throws {
        let directory = try TemporaryDirectory()
        let log = try SQLiteEventStore(path: directory.file("events.db"))
        try Self.append(3, to: log)
        let folder = try TemporaryDirectory()
        _ = try LogCopy.copy(
            from: directory.file("events.db"), to: folder.file("copy.db"), pace: Pace(bytesPerSecond: nil))
        let copy = try LogReader(path: folder.file("copy.db"))
        #expect(try copy.lastPosition == 3)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["copy.db"])
        try copy.close()
        let opened = try SQLiteEventStore(path: folder.file("copy.db"))
        try Self.append(1, to: opened)
        #expect(opened.lastPosition == 4)
    }

    @Test("a log without events is copied too, and what is no log is refused")
    func others() throws {
        let directory = try TemporaryDirectory()
        try SQLiteEventStore(path: directory.file("events.db")).close()
        let end = try LogCopy.copy(
            from: directory.file("events.db"), to: directory.file("copy.db"), pace: Pace(bytesPerSecond: nil))
        #expect(end == nil)
        #expect(try LogReader(path: directory.file("copy.db")).lastPosition == 0)

        try Data("no database at all, but long enough to be looked into".utf8).write(
            to: URL(fileURLWithPath: directory.file("text")))
        #expect(throws: EventStoreError.self) {
            try LogCopy.copy(from: directory.file("text"), to: directory.file("c2"), pace: Pace(bytesPerSecond: nil))
        }
    }

    @Test("a pace makes the copy wait for its bytes, and only for them")
    func pace() {
        let waited = Mutex(Duration.zero)
        let pace = Pace(bytesPerSecond: 1000) { duration in waited.withLock { $0 = duration } }
        pace.take(500)
        #expect(waited.withLock { $0 } == .milliseconds(500))
        // Nobody has really waited, so the next bytes come on top.
        pace.take(1000)
        #expect(waited.withLock { $0 } > .milliseconds(1400))
        #expect(waited.withLock { $0 } <= .milliseconds(1500))
        let hurry = Pace(bytesPerSecond: nil) { _ in Issue.record("waited") }
        hurry.take(1 << 40)
    }
}
