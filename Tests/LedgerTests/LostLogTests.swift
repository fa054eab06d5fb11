import EventLog
import Foundation
import Ledger
import Projections
import Testing
import VerdictTesting

/// What becomes of commands when the file that they are for goes away, or has lost something.
@Suite("A log that is not what it was")
struct LostLogTests {
    private static func expectSealed(
        _ fixture: LedgerFixture, saying sentence: String, _ location: SourceLocation = #_sourceLocation
    ) async throws {
        let position = try fixture.ledger.log.lastPosition
        let refusal = await #expect(throws: CommandError.self, sourceLocation: location) {
            try await fixture.submit("too late")
        }
        guard case .unavailable(let reason) = refusal else {
            Issue.record("\(String(describing: refusal))", sourceLocation: location)
            return
        }
        #expect(reason.contains(sentence), sourceLocation: location)
        #expect(fixture.ledger.health.trouble == reason, sourceLocation: location)
        #expect(try fixture.ledger.log.lastPosition == position, sourceLocation: location)
    }

    enum Loss: String, CaseIterable, CustomTestStringConvertible {
        case removed, walRemoved, replaced, renamed, directoryMoved

        var testDescription: String { rawValue }

        func strike(_ directory: TemporaryDirectory) throws {
            let (files, log) = (FileManager.default, directory.file("events.db"))
            switch self {
            case .removed: try directory.remove("events.db")
            case .walRemoved: try directory.remove("events.db-wal")
            case .replaced:
                try files.copyItem(atPath: log, toPath: log + ".copy")
                guard rename(log + ".copy", log) == 0 else { throw CocoaError(.fileWriteUnknown) }
            case .renamed: try files.moveItem(atPath: log, toPath: log + ".old")
            case .directoryMoved: try files.moveItem(atPath: directory.path, toPath: directory.path + ".old")
            }
        }
    }

    @Test("one that goes away under the writer takes nothing more", arguments: Loss.allCases)
    func vanished(loss: Loss) async throws {
        let fixture = try LedgerFixture()
        try await fixture.submit("a")
        try await fixture.ledger.passTime()
        try await fixture.submit("b")
        try loss.strike(fixture.directory)
        try await fixture.ledger.passTime()
        try await Self.expectSealed(fixture, saying: "the log is not under its name any more")
        if loss == .directoryMoved { try? FileManager.default.removeItem(atPath: fixture.directory.path + ".old") }
    }

    @Test("none is begun where the log of what lies there is missing")
    func missing() async throws {
        let fixture = try LedgerFixture()
        try await fixture.submit("a")
        try await fixture.ledger.close()
        let directory = fixture.directory
        for name in ["events.db", "events.db-wal", "events.db-shm"] { try? directory.remove(name) }
        let before = try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted()
        for _ in 0..<2 {
            let error = #expect(throws: DataDirectoryError.self) { try Ledger(directory: directory.path) }
            #expect(error?.description.contains("events.db is missing, but views.db is there") == true)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted() == before)
    }

    @Test("one that has lost its end is read, and not continued, until somebody says that it is meant so")
    func shortened() async throws {
        var fixture = try LedgerFixture()
        for number in 1...5 { try await fixture.submit("d\(number)") }
        for _ in 0..<2 {
            try await fixture.restart { directory in
                try LogInWrongHands(directory.file("events.db")).tamper("DELETE FROM events WHERE position > 3")
            }
            try await Self.expectSealed(fixture, saying: "ends with event 3, but the views have seen event 5")
            try await fixture.ledger.passTime()
            #expect(try await fixture.ledger.views.read { try $0.decision("d5") } != nil)
        }
        try await fixture.restart { directory in
            for name in ["views", "audit"] {
                for suffix in ["", "-wal", "-shm"] { try? directory.remove("\(name).db\(suffix)") }
            }
        }
        try await fixture.submit("d4")
    }

    /// Finds the entry of the last event of a decision in the index of the streams, and changes a letter of its name there.
    private static func misplace(_ decisionID: String, version: UInt8, in path: String) throws {
        try LogInWrongHands(path).tamper("PRAGMA wal_checkpoint(TRUNCATE)")
        var bytes = try Array(Data(contentsOf: URL(fileURLWithPath: path)))
        let pageSize = Int(bytes[16]) << 8 | Int(bytes[17])
        let entry = Array("decision/\(decisionID)".utf8) + [version]
        let indexLeaf: UInt8 = 0x0A
        let places = stride(from: 0, to: bytes.count, by: pageSize).filter { bytes[$0] == indexLeaf }.flatMap { page in
            (page..<page + pageSize - entry.count).filter { Array(bytes[$0..<$0 + entry.count]) == entry }
        }
        let place = try #require(places.first)
        #expect(places.count == 1)
        bytes[place + entry.count - 2] += 1
        try Data(bytes).write(to: URL(fileURLWithPath: path))
    }

    @Test("a decision whose end the index has lost is not decided again")
    func misplaced() async throws {
        var fixture = try LedgerFixture()
        try await fixture.openSession()
        for id in ["d1", "d3", "d5"] {
            try await fixture.submit(id)
            try await fixture.approve(id)
        }
        try await fixture.restart { try Self.misplace("d3", version: 2, in: $0.file("events.db")) }
        let position = try fixture.ledger.log.lastPosition
        let refusal = await #expect(throws: CommandError.self) { try await fixture.approve("d3") }
        guard case .damaged(let reason) = refusal else {
            Issue.record("\(String(describing: refusal))")
            return
        }
        #expect(reason.contains("goes on to version 2, and the log finds it to version 1 only"))
        #expect(try fixture.ledger.log.lastPosition == position)
        try await fixture.submit("d7")
        try await fixture.approve("d7")
    }
}
