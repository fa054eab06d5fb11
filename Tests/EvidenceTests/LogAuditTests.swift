import EventLog
import Evidence
import Foundation
import Ledger
import SQLiteEventStore
import Testing
import Transparency
import VerdictTesting

@Suite("The check of a whole log", .timeLimit(.minutes(1))) struct LogAuditTests {
    /// Audits the closed log.
    private static func audit(
        _ directory: TemporaryDirectory, _ key: VerifierKey, _ brought: [LogAudit.Brought] = []
    ) throws -> LogAudit.Report {
        let log = try SQLiteEventStore(path: directory.file("events.db"))
        defer { try? log.close() }
        return try LogAudit(log: log, data: directory.path, key: key).run(brought)
    }

    @Test("a log that nobody touched agrees with its checkpoint and with the witness's, beside a running server too")
    func sound() async throws {
        let witness = try FakeWitness()
        let configured = try witness.witness
        var fixture = try EvidenceFixture { $0.witnesses = [configured] }
        try fixture.append(300)
        _ = try await fixture.evidence.publishNow()
        try await witness.fed(by: fixture.evidence) { try await wait { fixture.evidence.witnesses[0].size == 300 } }
        try fixture.append(10)
        let note = try await fixture.evidence.publishNow().note
        let key = fixture.evidence.key
        let report = try Self.audit(fixture.fixture.directory, key, [LogAudit.Brought(name: "mine", note: note)])
        #expect(report.findings.isEmpty)
        #expect(
            report.confirmed == [
                "the checkpoint signed by witness.example/w1 (300 events)",
                "the last published checkpoint (310 events)",
                "mine (310 events)",
            ])
        #expect(report.events == 310)
        try await fixture.restart()
    }

    @Test("an edited row is found and named")
    func edited() async throws {
        var fixture = try EvidenceFixture()
        try fixture.append(300)
        _ = try await fixture.evidence.publishNow()
        let key = fixture.evidence.key
        try await fixture.restart { directory in
            try LogInWrongHands(directory.file("events.db")).tamper("UPDATE events SET data = '{}' WHERE position = 77")
            let report = try Self.audit(directory, key)
            #expect(
                report.findings == [
                    "the first 300 events are not those that the last published checkpoint covers",
                    "not as they were hashed when they were logged: the events 77",
                ])
        }
    }

    @Test("an edited row behind the last full tile is found, and said to stand behind what agrees")
    func editedBehindTiles() async throws {
        var fixture = try EvidenceFixture()
        try fixture.append(300)
        _ = try await fixture.evidence.publishNow()
        let key = fixture.evidence.key
        try await fixture.restart { directory in
            try LogInWrongHands(directory.file("events.db")).tamper(
                "UPDATE events SET data = '{}' WHERE position = 280")
            #expect(
                try Self.audit(directory, key).findings == [
                    """
                    the first 300 events are not those that the last published checkpoint covers: one at least of the events \
                    257 to 300 was changed
                    """
                ])
        }
    }

    @Test("a fork that was signed again is found by the checkpoint that a witness keeps")
    func signedAgain() async throws {
        let witness = try FakeWitness()
        let configured = try witness.witness
        var fixture = try EvidenceFixture { $0.witnesses = [configured] }
        try fixture.append(30)
        _ = try await fixture.evidence.publishNow()
        try await witness.fed(by: fixture.evidence) { try await wait { fixture.evidence.witnesses[0].size == 30 } }
        let kept = try #require(fixture.evidence.note)
        let key = fixture.evidence.key
        // With the signing key, and everything that lay beside the log gone.
        try await fixture.restart { directory in
            try LogInWrongHands(directory.file("events.db")).tamper("UPDATE events SET data = '{}' WHERE position = 7")
            try directory.remove("evidence")
        }
        _ = try await fixture.evidence.publishNow()
        let directory = fixture.fixture.directory
        #expect(try Self.audit(directory, key).findings.isEmpty)
        let report = try Self.audit(directory, key, [LogAudit.Brought(name: "the witness's", note: kept)])
        #expect(report.findings == ["the first 30 events are not those that the witness's covers"])
    }

    @Test("a log that is shorter than what was published, a foreign checkpoint and none at all are found")
    func others() async throws {
        var fixture = try EvidenceFixture()
        try fixture.append(30)
        _ = try await fixture.evidence.publishNow()
        let key = fixture.evidence.key
        try await fixture.restart { directory in
            let stranger = try SigningKey(name: "stranger")
            let foreign = try Checkpoint(origin: "stranger", size: 3, root: .emptyTree).signed(by: stranger)
            let report = try Self.audit(directory, key, [LogAudit.Brought(name: "foreign", note: foreign)])
            #expect(report.findings.count == 1 && report.findings[0].hasPrefix("foreign is no checkpoint of"))
            try LogInWrongHands(directory.file("events.db")).tamper("DELETE FROM events WHERE position > 20")
            let shorter = try Self.audit(directory, key).findings
            #expect(shorter == ["the last published checkpoint covers 30 events, but the log has 20: events are gone"])
            try directory.remove("evidence")
            #expect(try Self.audit(directory, key).findings.count == 1)
        }
    }
}

@Suite("A new origin") struct SuccessionTests {
    @Test("it names the old one with both signatures, and the old secret is gone")
    func rotate() async throws {
        var fixture = try EvidenceFixture()
        try fixture.append(5)
        let last = try await fixture.evidence.publishNow().checkpoint
        let old = fixture.evidence.key
        var succession: Succession?
        try await fixture.restart { succession = try EvidenceDirectory(data: $0.path).rotate(to: "example.org/next") }
        let note = try #require(succession?.note)
        #expect(note.text == "verdict succession\n\(old)\n5\n\(last.root)\n\(fixture.evidence.key)\n")
        #expect(try note.verify([old]) == [old])
        #expect(try note.verify([fixture.evidence.key]) == [fixture.evidence.key])
        #expect(fixture.evidence.key.name == "example.org/next")
        let publication = try await fixture.evidence.publishNow()
        #expect(publication.checkpoint == Checkpoint(origin: "example.org/next", size: 5, root: last.root))
        #expect(try fixture.evidence.successions() == [note])
        let kept = try String(contentsOfFile: fixture.file("evidence/origins/1/checkpoint"), encoding: .utf8)
        #expect(try SignedNote(kept).checkpoint(of: old) == last)
        #expect(
            try EvidenceDirectory(data: fixture.fixture.directory.path).signingKey()?.verifier == fixture.evidence.key)
    }

    @Test("names count up by themselves, and a lost key is followed by one that signs alone")
    func names() async throws {
        let directory = try TemporaryDirectory()
        let files = EvidenceDirectory(data: directory.path)
        let key = try files.makeKey(origin: "example.org/log")
        #expect(throws: EvidenceError.self) { try files.makeKey() }
        #expect(throws: NoteError.self) { try files.rotate(to: "two words") }
        #expect(try files.signingKey()?.verifier == key.verifier)
        #expect(try files.rotate().after.name == "example.org/log/2")
        #expect(try files.rotate().after.name == "example.org/log/3")
        try directory.remove("evidence.key")
        #expect(try files.rotate(to: "example.org/again").note.signatures.count == 1)
        #expect(try files.successions().count == 3)
    }
}
