import EventLog
import Foundation
import Ledger
import Projections
import Testing
import VerdictTesting

@Suite("The first start after a restore")
struct RestorationTests {
    private static func restored(_ fixture: LedgerFixture, at position: Position) -> LogRestored {
        LogRestored(
            position: position, backupMadeAt: fixture.time.now(), restoredAt: fixture.time.now() + .minutes(5))
    }

    @Test("is recorded in the log, once, and is said at that start and at every later one")
    func recorded() async throws {
        var fixture = try LedgerFixture()
        try await fixture.submit()
        #expect(fixture.ledger.restorations.notice == nil)
        let restored = Self.restored(fixture, at: 1)
        try await fixture.restart { try RestoreMarker.write(restored, in: $0.path) }
        for _ in 0...1 {
            #expect(try fixture.eventTypes() == ["decision.submitted.v1", "log.restored.v1"])
            #expect(fixture.ledger.restorations.all == [restored])
            #expect(
                fixture.ledger.restorations.notice == """
                    This log was put back to a backup of 2026-01-15T12:00:00.000000Z at 2026-01-15T12:05:00.000000Z: \
                    what had been acknowledged after event 1 is not in it
                    """)
            #expect(!FileManager.default.fileExists(atPath: fixture.directory.file("restored.json")))
            #expect(fixture.ledger.views.position == 2)
            try await fixture.restart()
        }
        try await fixture.submit("d2")
        #expect(try fixture.eventTypes().count == 3)
    }

    @Test("is not recorded again where the start that recorded it was killed before it could take the note away")
    func killed() async throws {
        var fixture = try LedgerFixture()
        let restored = Self.restored(fixture, at: 0)
        for _ in 0...1 {
            try await fixture.restart { try RestoreMarker.write(restored, in: $0.path) }
            #expect(try fixture.eventTypes() == ["log.restored.v1"])
        }
    }

    @Test("a second restore is a second event, and the last one is what is said")
    func twice() async throws {
        var fixture = try LedgerFixture()
        for position in 0...1 {
            let restored = LogRestored(
                position: position, backupMadeAt: nil, restoredAt: fixture.time.now() + .minutes(position))
            try await fixture.restart { try RestoreMarker.write(restored, in: $0.path) }
        }
        #expect(try fixture.eventTypes() == ["log.restored.v1", "log.restored.v1"])
        #expect(fixture.ledger.restorations.all.map(\.position) == [0, 1])
        #expect(
            fixture.ledger.restorations.notice == """
                This log was put back to a replica at 2026-01-15T12:01:00.000000Z: what had been acknowledged after \
                event 1 is not in it
                """)
    }

    @Test("a note that says nothing stops the start: nobody shall serve a log whose loss is not recorded")
    func damagedNote() async throws {
        let fixture = try LedgerFixture()
        try await fixture.ledger.close()
        try Data("{".utf8).write(to: URL(fileURLWithPath: fixture.directory.file("restored.json")))
        #expect(throws: DataDirectoryError.self) { try Ledger(directory: fixture.directory.path) }
    }

    @Test("a reader who has seen more than the log holds is told what it lacks, any other nothing")
    func readers() async throws {
        var fixture = try LedgerFixture()
        try await fixture.submit()
        #expect(fixture.ledger.lostEvents(seenUpTo: 0) == nil)
        #expect(fixture.ledger.lostEvents(seenUpTo: 1) == nil)
        let sentence = "You have seen events up to 2, but this log ends with event 1: what came after it is lost"
        #expect(fixture.ledger.lostEvents(seenUpTo: 2) == sentence)
        let restored = Self.restored(fixture, at: 1)
        try await fixture.restart { try RestoreMarker.write(restored, in: $0.path) }
        #expect(fixture.ledger.lostEvents(seenUpTo: 2) == nil)
        #expect(fixture.ledger.lostEvents(seenUpTo: 3)?.contains("is lost. This log was put back to") == true)
    }

    @Test(
        "a backup is not served, and neither is what is left of a copy that did not end",
        arguments: [DataDirectory.manifestName, DataDirectory.unfinishedLogName])
    func copies(name: String) throws {
        let directory = try TemporaryDirectory()
        try Data().write(to: URL(fileURLWithPath: directory.file(name)))
        #expect(throws: DataDirectoryError.self) { try Ledger(directory: directory.path) }
        let names = try FileManager.default.contentsOfDirectory(atPath: directory.path)
        #expect(names.filter { $0 != "verdict.lock" } == [name])
    }
}
