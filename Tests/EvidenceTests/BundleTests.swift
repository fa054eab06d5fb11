import EventLog
import Evidence
import Foundation
import Governance
import Ledger
import Testing
import Transparency
import VerdictTesting

@Suite("Bundles for auditors") struct BundleTests {
    private static func furnished() async throws -> EvidenceFixture {
        let fixture = try EvidenceFixture()
        try await fixture.fixture.openSession()
        try await fixture.fixture.submit("d1")
        try await fixture.fixture.submit("d2")
        try await fixture.fixture.approve("d1", comment: "known <scanner> & \"friend\"")
        return fixture
    }

    private static func bundle(_ fixture: EvidenceFixture, _ decisionID: String = "d1") async throws -> [UInt8] {
        try #require(try await EvidenceBundle.bytes(ofDecision: decisionID, from: fixture.evidence))
    }

    @Test("a bundle holds the whole story, and is proven offline")
    func story() async throws {
        let fixture = try await Self.furnished()
        let bytes = try await Self.bundle(fixture)
        let names = try StoredZip(bytes: bytes).files.map(\.name)
        #expect(
            names == [
                "README.html", "key.vkey", "checkpoint", "events/000000001.json", "events/000000001.tlog-proof",
                "events/000000002.json", "events/000000002.tlog-proof", "events/000000004.json",
                "events/000000004.tlog-proof",
            ])
        let sentence = try EvidenceCheck(log: fixture.evidence.key).check(bytes)
        #expect(sentence == "decision/d1: all 3 events are among the 4 in the log \(fixture.evidence.key.name).")
        #expect(try await EvidenceBundle.bytes(ofDecision: "d9", from: fixture.evidence) == nil)
    }

    @Test("the page names key, events and the command, and nothing of it is markup of somebody else")
    func page() async throws {
        let fixture = try EvidenceFixture()
        let hostile = "<script>alert(1)</script>"
        try await fixture.fixture.submit(hostile)
        let zip = try StoredZip(bytes: try await Self.bundle(fixture, hostile))
        let page = String(decoding: zip.files[0].bytes, as: UTF8.self)
        #expect(page.contains("verdict check FILE.zip --key &#39;") || page.contains("verdict check FILE.zip --key '"))
        #expect(page.contains("decision.submitted.v1"))
        #expect(!page.contains("<script>"))
        #expect(page.contains("&lt;script&gt;"))
    }

    @Test("a payload too long for its event is beside it, and is checked by its hash")
    func longPayload() async throws {
        let fixture = try EvidenceFixture()
        let submission = Submission(
            decisionID: "d1", riskLevel: .high, automation: .requested(.supervised),
            context: DecisionContext(
                actionType: .blockIP, actionParams: JSONObject([]),
                reasoning: String(repeating: "long ", count: 12_000),
                confidence: JSONNumber(0.9), threatScore: JSONNumber(0.8), threatType: "scan"),
            slaOverride: nil, submittedBy: "agent:test")
        _ = try await fixture.ledger.execute(.submit(submission))
        let bytes = try await Self.bundle(fixture)
        let check = EvidenceCheck(log: fixture.evidence.key)
        #expect(try check.check(bytes).contains("all 1 events"))
        var files = try StoredZip(bytes: bytes).files
        let place = try #require(files.firstIndex { $0.name.hasSuffix(".data.json") })
        files[place] = StoredZip.File(name: files[place].name, bytes: files[place].bytes + [32])
        #expect(throws: EvidenceCheck.Unproven.self) { try check.check(StoredZip(files: files).bytes) }
        files.remove(at: place)
        #expect(throws: EvidenceCheck.Unproven.self) { try check.check(StoredZip(files: files).bytes) }
    }

    @Test("a bundle from which something was taken, or in which something was exchanged, proves nothing")
    func tampered() async throws {
        let fixture = try await Self.furnished()
        let check = EvidenceCheck(log: fixture.evidence.key)
        let files = try StoredZip(bytes: try await Self.bundle(fixture)).files
        func sentence(_ files: [StoredZip.File]) -> String {
            do throws(EvidenceCheck.Unproven) {
                _ = try check.check(StoredZip(files: files).bytes)
                return "proven"
            } catch {
                return error.description
            }
        }
        #expect(sentence(files) == "proven")
        #expect(sentence(files.filter { $0.name != "README.html" && $0.name != "key.vkey" }) == "proven")
        #expect(sentence(files.filter { !$0.name.contains("002") }) == "an event of decision/d1 is missing")
        #expect(sentence(files.filter { $0.name != "events/000000002.tlog-proof" }).contains("has no proof"))
        #expect(sentence(files.filter { $0.name != "events/000000002.json" }).contains("is missing"))
        #expect(sentence(files.filter { $0.name != "checkpoint" }).contains("the one checkpoint"))
        #expect(sentence(files + [files[3]]).contains("two files of one name"))
        for place in files.indices.dropFirst(2) {
            var changed = files
            var bytes = files[place].bytes
            bytes[bytes.count / 2] ^= 1
            changed[place] = StoredZip.File(name: files[place].name, bytes: bytes)
            #expect(sentence(changed) != "proven", "\(files[place].name)")
        }
        let stranger = EvidenceCheck(log: try SigningKey(name: fixture.evidence.key.name).verifier)
        #expect(throws: EvidenceCheck.Unproven.self) { try stranger.check(StoredZip(files: files).bytes) }
    }

    @Test("a proof and a checkpoint are checked by themselves, with witnesses where they are asked for")
    func alone() async throws {
        let fixture = try await Self.furnished()
        let publication = try await fixture.evidence.publishNow()
        let events = try fixture.ledger.log.read(from: 4, limit: 1)
        let proof = try #require(try fixture.evidence.proofs(of: events, in: publication).first)
        let check = EvidenceCheck(log: fixture.evidence.key)
        #expect(
            try check.check(Array(proof.description.utf8)).hasPrefix(
                "decision.approved.v1 of decision/d1 by operator:alice@host at "))
        #expect(try check.check(Array(publication.note.description.utf8)).contains("had 4 events"))
        let witness = try SigningKey(name: "w", algorithm: .cosignature)
        let strict = EvidenceCheck(log: fixture.evidence.key, witnesses: [witness.verifier])
        #expect(throws: EvidenceCheck.Unproven.self) { try strict.check(Array(proof.description.utf8)) }
        var note = publication.note
        note.signatures.append(try witness.sign(note.text, at: 1_800_000_000))
        let signed = LogProof(extra: proof.extra, index: proof.index, hashes: proof.hashes, note: note)
        let sentence = try strict.check(Array(signed.description.utf8))
        #expect(sentence.contains("witnessed by w at 2027-01-15T08:00:00"))
        for bytes in [[], [0], Array("nonsense".utf8), [0x50, 0x4B, 3, 4]] as [[UInt8]] {
            #expect(throws: EvidenceCheck.Unproven.self) { try check.check(bytes) }
        }
    }
}

@Suite struct StoredZipTests {
    private static let files = [
        StoredZip.File(name: "a", bytes: []), StoredZip.File(name: "folder/ü.txt", bytes: Array("123456789".utf8)),
        StoredZip.File(name: "bytes", bytes: (0..<1000).map { UInt8(truncatingIfNeeded: $0) }),
    ]

    @Test("what is written is read again, and is the same every time")
    func roundTrip() throws {
        let bytes = StoredZip(files: Self.files).bytes
        #expect(try StoredZip(bytes: bytes).files == Self.files)
        #expect(StoredZip(files: Self.files).bytes == bytes)
        #expect(try StoredZip(bytes: StoredZip(files: []).bytes).files.isEmpty)
    }

    @Test("python reads it")
    func otherProgram() throws {
        let directory = try TemporaryDirectory()
        try Data(StoredZip(files: Self.files).bytes).write(to: URL(fileURLWithPath: directory.file("a.zip")))
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-m", "zipfile", "-t", directory.file("a.zip")]
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        // 127: there is no python on this machine.
        #expect([0, 127].contains(process.terminationStatus))
    }

    @Test("no damage makes it crash, and damage of a file is seen")
    func damaged() throws {
        let bytes = StoredZip(files: Self.files).bytes
        for place in bytes.indices {
            var damaged = bytes
            damaged[place] ^= 0xFF
            _ = try? StoredZip(bytes: damaged)
            #expect(throws: StoredZip.Malformed.self) { try StoredZip(bytes: Array(bytes.prefix(place))) }
        }
        var damaged = bytes
        let place = try #require(bytes.firstIndex(of: UInt8(ascii: "5")))
        damaged[place] = UInt8(ascii: "6")
        #expect(throws: StoredZip.Malformed.self) { try StoredZip(bytes: damaged) }
    }
}
