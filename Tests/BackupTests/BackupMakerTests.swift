import Backup
import EventLog
import Foundation
import Ledger
import SQLiteEventStore
import Testing
import VerdictTesting

@Suite("Making a backup", .timeLimit(.minutes(1)))
struct BackupMakerTests {
    @Test("holds the log, the evidence and the keys, for its owner's eyes, and nothing that can be made again")
    func contents() async throws {
        let fixture = try await BackupFixture()
        try DurableFile.write([0], to: fixture.data + "/evidence/tile/0/000")
        try LocalAccess(address: "http://127.0.0.1:1", credential: "secret").write(in: fixture.data)
        let report = try fixture.makeBackup()
        #expect(
            try BackupFixture.files(in: fixture.backup) == [
                "backup.json": "600", "events.db": "600", "evidence": "700", "evidence/checkpoint": "600",
                "evidence.key": "600", "keys": "700", "keys/sealing.key": "600", "keys/token-signing.json": "600",
            ])
        #expect(report.manifest.position == 3)
        #expect(report.manifest.version == "1.0.0")
        #expect(report.manifest.madeAt == fixture.fixture.time.now())
        #expect(report.manifest.lastEventID == (try fixture.fixture.ledger.log.read(from: 3, limit: 1)[0].id.text))
        #expect(try BackupManifest.read(in: fixture.backup) == report.manifest)
        #expect(report.strangers == [])
        try await fixture.close()
    }

    @Test("leaves the data directory as it is")
    func readsOnly() async throws {
        let fixture = try await BackupFixture()
        let names = ["events.db", "events.db-wal", "evidence/checkpoint"]
        func bytes() throws -> [Data] {
            try names.map { try Data(contentsOf: URL(fileURLWithPath: "\(fixture.data)/\($0)")) }
        }
        // The index makes its files at its own time.
        try await fixture.fixture.ledger.audit.read { _ in }
        let (before, files) = (try bytes(), try BackupFixture.files(in: fixture.data))
        try fixture.makeBackup()
        #expect(try bytes() == before)
        #expect(try BackupFixture.files(in: fixture.data) == files)
        try await fixture.close()
    }

    @Test("a log without events and without evidence is backed up too")
    func empty() async throws {
        let fixture = try LedgerFixture()
        let outside = try TemporaryDirectory()
        let report = try BackupMaker(
            of: fixture.directory.path, to: outside.file("backup"), version: "1.0.0",
            pace: Pace(bytesPerSecond: nil)
        ).run()
        #expect(report.manifest.position == 0)
        #expect(report.manifest.lastEventID == nil)
        let restored = try Restoration(of: outside.file("backup"), to: outside.file("restored")).run()
        #expect(!restored.isProven)
        #expect(restored.position == 0)
    }

    @Test("says what it has left out because nobody knows it")
    func strangers() async throws {
        let fixture = try await BackupFixture()
        try Data("mine".utf8).write(to: URL(fileURLWithPath: fixture.data + "/notes.txt"))
        #expect(try fixture.makeBackup().strangers == ["notes.txt"])
        try await fixture.close()
    }

    @Test("a key that is made while the log is copied is in the backup")
    func lateKey() async throws {
        // So large that it takes more than one step.
        let fixture = try await BackupFixture(events: 20, padding: 30_000)
        let path = fixture.data + "/keys/sealing.key"
        let key = try Data(contentsOf: URL(fileURLWithPath: path))
        try FileManager.default.removeItem(atPath: path)
        let manifest = try fixture.makeBackup { try key.write(to: URL(fileURLWithPath: path)) }.manifest
        #expect(manifest.files.map(\.path).contains("keys/sealing.key"))
        #expect(try Data(contentsOf: URL(fileURLWithPath: fixture.backup + "/keys/sealing.key")) == key)
        try fixture.restore()
        try await fixture.close()
    }

    // MARK: Where to

    @Test("a directory that is there and empty is taken, as is a fresh file system")
    func emptyDirectory() async throws {
        let fixture = try await BackupFixture()
        try FileManager.default.createDirectory(
            atPath: fixture.backup + "/lost+found", withIntermediateDirectories: true)
        try fixture.makeBackup()
        #expect(try BackupFixture.files(in: fixture.backup)["backup.json"] == "600")
        try await fixture.close()
    }

    @Test("a directory with anything in it is refused and left alone")
    func notEmpty() async throws {
        let fixture = try await BackupFixture()
        try fixture.makeBackup()
        let before = try BackupFixture.files(in: fixture.backup)
        #expect(throws: BackupError.self) { try fixture.makeBackup() }
        #expect(try BackupFixture.files(in: fixture.backup) == before)
        _ = try fixture.restore()
        try await fixture.close()
    }

    @Test("the data directory itself holds no backup of itself")
    func inside() async throws {
        let fixture = try await BackupFixture()
        let before = try BackupFixture.files(in: fixture.data)
        #expect(throws: BackupError.self) { try fixture.makeBackup(to: fixture.data + "/backup") }
        #expect(throws: BackupError.self) { try fixture.makeBackup(to: fixture.data + "/keys/../backup") }
        #expect(try BackupFixture.files(in: fixture.data) == before)
        try await fixture.close()
    }

    @Test("a place where nothing can be made is said, and so is a directory without a log")
    func impossible() async throws {
        let fixture = try await BackupFixture()
        #expect(throws: BackupError.self) { try fixture.makeBackup(to: "/dev/null/backup") }
        #expect(throws: BackupError.self) {
            try BackupMaker(
                of: fixture.outside.path, to: fixture.backup, version: "1.0.0", pace: Pace(bytesPerSecond: nil)
            ).run()
        }
        try await fixture.close()
    }

    // MARK: What is not sound

    @Test("a copy that is not what the log holds is no backup, and nothing is left of it")
    func otherRows() async throws {
        let fixture = try await BackupFixture(events: 3)
        let error = #expect(throws: BackupError.self) {
            try fixture.makeBackup {
                try LogInWrongHands(fixture.data + "/events.db").tamper(
                    "UPDATE events SET actor = 'x' WHERE position = 2")
            }
        }
        #expect(error?.description.contains("the event at position 2 is not the one in") == true)
        #expect(!FileManager.default.fileExists(atPath: fixture.backup))
    }

    @Test("a log that does not agree with what was published of it is no backup, and nothing is left of it")
    func otherHistory() async throws {
        let fixture = try await BackupFixture(events: 3)
        try await fixture.close()
        try LogInWrongHands(fixture.data + "/events.db").tamper("UPDATE events SET actor = 'x' WHERE position = 2")
        let error = #expect(throws: BackupError.self) { try fixture.makeBackup() }
        #expect(error?.description.contains("are not those that the last published checkpoint covers") == true)
        #expect(!FileManager.default.fileExists(atPath: fixture.backup))
    }

    @Test("checkpoints without their key cannot be proven by anybody, which is said")
    func noKey() async throws {
        let fixture = try await BackupFixture()
        try FileManager.default.removeItem(atPath: fixture.data + "/evidence.key")
        let error = #expect(throws: BackupError.self) { try fixture.makeBackup() }
        #expect(error?.description.contains("evidence.key") == true)
        #expect(!FileManager.default.fileExists(atPath: fixture.backup))
        try await fixture.close()
    }
}
