import Backup
import EventLog
import Foundation
import Ledger
import Testing
import VerdictTesting

@Suite("Restoring a backup", .timeLimit(.minutes(1)))
struct RestorationTests {
    /// A backup of three events, whose server goes on afterwards.
    private static func made() async throws -> BackupFixture {
        let fixture = try await BackupFixture(events: 3)
        try fixture.makeBackup()
        fixture.fixture.time.advance(by: .hours(1))
        return fixture
    }

    @Test("gives the log back as it was, and the next start records it")
    func restored() async throws {
        let fixture = try await Self.made()
        let events = try fixture.fixture.ledger.log.read(from: 1, limit: 3)
        try await fixture.submit("later")
        let report = try fixture.restore()
        #expect(report.position == 3)
        #expect(report.isProven)
        #expect(
            try BackupFixture.files(in: fixture.restored) == [
                "events.db": "600", "evidence": "700", "evidence/checkpoint": "600", "evidence.key": "600",
                "keys": "700", "keys/sealing.key": "600", "keys/token-signing.json": "600", "restored.json": "600",
            ])
        try await fixture.close()
        let ledger = try Ledger(directory: fixture.restored)
        #expect(try ledger.log.read(from: 1, limit: 3) == events)
        #expect(try ledger.log.read(from: 4, limit: 10).map(\.type) == ["log.restored.v1"])
        #expect(ledger.restorations.all.first?.position == 3)
        #expect(ledger.restorations.all.first?.backupMadeAt == report.manifest.madeAt)
        #expect(ledger.lostEvents(seenUpTo: 5) != nil)
        try await ledger.close()
    }

    @Test("a directory with anything in it is refused and left alone")
    func notEmpty() async throws {
        let fixture = try await Self.made()
        try fixture.restore()
        let before = try BackupFixture.files(in: fixture.restored)
        #expect(throws: BackupError.self) { try fixture.restore() }
        #expect(try BackupFixture.files(in: fixture.restored) == before)
        try await fixture.close()
    }

    @Test("the backup stays as it is, and can be restored again")
    func again() async throws {
        let fixture = try await Self.made()
        let before = try BackupFixture.files(in: fixture.backup)
        try fixture.restore()
        #expect(try BackupFixture.files(in: fixture.backup) == before)
        try FileManager.default.removeItem(atPath: fixture.restored)
        try fixture.restore()
        try await fixture.close()
    }

    // MARK: Damage

    private static func expectRefused(
        _ fixture: BackupFixture, _ reason: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let error = #expect(throws: BackupError.self, sourceLocation: sourceLocation) { try fixture.restore() }
        #expect(error?.description.contains(reason) == true, "\(error as Any)", sourceLocation: sourceLocation)
        #expect(!FileManager.default.fileExists(atPath: fixture.restored), sourceLocation: sourceLocation)
    }

    @Test(
        "a file with one other byte is refused",
        arguments: ["events.db", "evidence.key", "evidence/checkpoint", "keys/sealing.key"])
    func otherByte(path: String) async throws {
        let fixture = try await Self.made()
        try BackupFixture.edit("\(fixture.backup)/\(path)") { $0[$0.count / 2] ^= 1 }
        Self.expectRefused(fixture, "\(path) is not the file that was written")
        try await fixture.close()
    }

    @Test("a file that is shorter, longer or missing is refused", arguments: ["events.db", "keys/token-signing.json"])
    func otherSize(path: String) async throws {
        let fixture = try await Self.made()
        let whole = try Data(contentsOf: URL(fileURLWithPath: "\(fixture.backup)/\(path)"))
        for bytes in [whole.dropLast(), whole + [10], Data()] {
            try bytes.write(to: URL(fileURLWithPath: "\(fixture.backup)/\(path)"))
            Self.expectRefused(fixture, "\(path) is not the file that was written")
        }
        try FileManager.default.removeItem(atPath: "\(fixture.backup)/\(path)")
        Self.expectRefused(fixture, "\(path) is missing")
        try await fixture.close()
    }

    @Test("a directory without a manifest is no backup, and one whose manifest says nothing is damaged")
    func manifest() async throws {
        let fixture = try await Self.made()
        let path = fixture.backup + "/backup.json"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        for (old, new, reason) in [
            ("verdict-backup-1", "verdict-backup-2", "of another form"),
            (#""position":3"#, #""position":2"#, "does not end with the event"),
            (#""position":3"#, #""position":"3""#, "backup.json cannot be read"),
            (#""path":"events.db""#, #""path":"events.sqlite""#, "does not speak of events.db"),
            (#""path":"evidence.key""#, #""path":"../evidence.key""#, "backup.json cannot be read"),
            (#""path":"evidence.key""#, #""path":"/etc/passwd""#, "backup.json cannot be read"),
            (#"{"format""#, #"["format""#, "backup.json cannot be read"),
        ] {
            #expect(text.contains(old), "\(old)")
            try text.replacing(old, with: new).write(toFile: path, atomically: true, encoding: .utf8)
            Self.expectRefused(fixture, reason)
        }
        try FileManager.default.removeItem(atPath: path)
        Self.expectRefused(fixture, "is no finished backup")
        try await fixture.close()
    }

    // MARK: Replicas

    /// A copy of the log as it is now, as a program that replicates it would restore it.
    private static func replicate(_ fixture: BackupFixture) throws -> String {
        let path = fixture.outside.file("replica.db")
        try? FileManager.default.removeItem(atPath: path)
        let other = fixture.outside.file("for-replica")
        try? FileManager.default.removeItem(atPath: other)
        try fixture.makeBackup(to: other)
        try FileManager.default.copyItem(atPath: other + "/events.db", toPath: path)
        return path
    }

    @Test("a replica that goes on where the backup ends is restored with the backup's keys and evidence")
    func replica() async throws {
        let fixture = try await Self.made()
        for number in 0..<4 { try await fixture.submit("later\(number)") }
        let replica = try Self.replicate(fixture)
        let report = try fixture.restore(replica: replica)
        #expect(report.position == 7)
        try await fixture.close()
        let ledger = try Ledger(directory: fixture.restored)
        #expect(try ledger.log.lastPosition == 8)
        #expect(ledger.restorations.all.map(\.position) == [7])
        #expect(ledger.restorations.all.first?.backupMadeAt == nil)
        try await ledger.close()
    }

    @Test("a replica that is shorter, of another log, damaged or in use is refused")
    func otherReplica() async throws {
        let fixture = try await Self.made()
        let older = try await BackupFixture(events: 2)
        let other = try await BackupFixture(events: 5)
        func expectRefused(_ replica: String, _ reason: String) {
            let error = #expect(throws: BackupError.self) { try fixture.restore(replica: replica) }
            #expect(error?.description.contains(reason) == true, "\(error as Any)")
            #expect(!FileManager.default.fileExists(atPath: fixture.restored))
        }
        expectRefused(try Self.replicate(older), "it has 2 events, and the backup has 3")
        expectRefused(try Self.replicate(other), "the event at position 1 is another one")
        expectRefused(fixture.data + "/events.db", "has a write-ahead log beside it")
        expectRefused(fixture.outside.file("nowhere.db"), "cannot be read")
        for each in [fixture, older, other] { try await each.close() }
    }
}
