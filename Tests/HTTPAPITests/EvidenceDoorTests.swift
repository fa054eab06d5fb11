import EventLog
import Evidence
import Foundation
import HTTPTypes
import Hummingbird
import Ledger
import Testing
import Transparency
import VerdictTesting

@Suite("The evidence door") struct EvidenceDoorTests {
    /// A front with evidence over that many events of a plain stream.
    private static func front(_ events: Int = 0) async throws -> FrontFixture {
        var front = try FrontFixture()
        try front.keepEvidence()
        let batch = (0..<events).map { number in
            NewEvent(
                id: EventID(at: front.fixture.time.now(), random: UInt64(number)), type: "test.happened.v1",
                recordedAt: front.fixture.time.now(), actor: "agent:test", data: Array("{}".utf8),
                metadata: EventMetadata())
        }
        if events > 0 {
            _ = try front.fixture.ledger.log.append([StreamAppend(StreamName(text: "test/1"), expecting: .any, batch)])
        }
        _ = try await front.evidence?.publishNow()
        return front
    }

    private static func key(_ front: FrontFixture) throws -> VerifierKey { try #require(front.evidence?.key) }

    @Test("the checkpoint is plain text that nobody keeps for long")
    func checkpoint() async throws {
        let front = try await Self.front(3)
        let answer = try await front.request(.get, "/checkpoint")
        #expect(answer.status == .ok)
        #expect(answer.headers[.contentType] == "text/plain; charset=utf-8")
        #expect(answer.headers[.cacheControl] == "public, max-age=1")
        #expect(try SignedNote(bytes: answer.bytes).checkpoint(of: Self.key(front)).size == 3)
        #expect(try await front.request(.head, "/checkpoint").bytes.isEmpty)
        #expect(try await front.request(.post, "/checkpoint").status == .methodNotAllowed)
    }

    @Test("tiles and entries are bytes that anybody may keep for ever")
    func tiles() async throws {
        let front = try await Self.front(300)
        let root = try SignedNote(bytes: try await front.request(.get, "/checkpoint").bytes).checkpoint(
            of: Self.key(front)
        ).root
        for (path, size) in [
            ("tile/0/000", 8192), ("tile/0/001.p/44", 1408), ("tile/1/000.p/1", 32), ("tile/0/000.p/2", 64),
        ] {
            let answer = try await front.request(.get, "/\(path)")
            #expect(answer.status == .ok, "\(path)")
            #expect(answer.bytes.count == size, "\(path)")
            #expect(answer.headers[.contentType] == "application/octet-stream")
            #expect(answer.headers[.cacheControl] == "public, max-age=31536000, immutable")
        }
        var range = CompactRange()
        for path in ["/tile/entries/000", "/tile/entries/001.p/44"] {
            let answer = try await front.request(.get, path)
            #expect(answer.headers[.contentType] == "application/octet-stream")
            for entry in try #require(EntryBundle.entries(answer.bytes)) { range.append(.leaf(entry)) }
        }
        #expect(range.root == root)
    }

    @Test(
        "what the log does not have is not found",
        arguments: [
            "/tile/0/001", "/tile/0/001.p/45", "/tile/0/002", "/tile/1/000", "/tile/1/000.p/2", "/tile/2/000.p/1",
            "/tile/63/000", "/tile/64/000", "/tile/0/1", "/tile/0/000.p/0", "/tile/entries/001", "/tile/entries/x",
            "/tile/",
            "/tile", "/tile/../etc/passwd", "/tile/0/..%2F..%2Fcheckpoint", "/tile/0/999/999",
            "/tile/0/x999/x999/x999/x999/x999/x999/999",
        ])
    func notFound(path: String) async throws {
        let front = try await Self.front(300)
        #expect(try await front.request(.get, path).status == .notFound)
    }

    @Test("the proof of an event comes at once, and proves it offline")
    func eventProof() async throws {
        let front = try await Self.front()
        try await front.furnish()
        for position in 1...6 {
            let answer = try await front.request(.get, "/api/v1/evidence/events/\(position).tlog-proof")
            #expect(answer.status == .ok, "\(answer.text)")
            #expect(answer.headers[.contentType] == "text/plain; charset=utf-8")
            let proof = try LogProof(bytes: answer.bytes)
            let entry = try #require(proof.extra)
            #expect(proof.index == position - 1)
            #expect(try proof.verify(entry, log: Self.key(front)).size >= position)
            #expect(try front.fixture.ledger.log.read(from: position, limit: 1).first?.entry == entry)
        }
        for name in ["7", "0", "-1", "x", "1x", "99999999999999999999"] {
            let path = "/api/v1/evidence/events/\(name).tlog-proof"
            #expect(try await front.request(.get, path).status == .notFound, "\(name)")
        }
        #expect(try await front.request(.get, "/api/v1/evidence/events/1").status == .notFound)
    }

    @Test("the proof of a decision is that of its last event; the decision itself is answered as ever")
    func decisionProof() async throws {
        let front = try await Self.front()
        try await front.furnish()
        let answer = try await front.get("/decision/d2.tlog-proof")
        #expect(answer.status == .ok, "\(answer.text)")
        let sentence = try EvidenceCheck(log: try Self.key(front)).check(answer.bytes)
        #expect(sentence.hasPrefix("decision.approved.v1 of decision/d2 by operator:alice@host"))
        #expect(try await front.get("/decision/d9.tlog-proof").status == .notFound)
        #expect(try await front.get("/decision/d2").json["decision_id"]?.stringValue == "d2")
    }

    @Test("a bundle is a zip that is proven offline")
    func bundle() async throws {
        let front = try await Self.front()
        try await front.furnish()
        let answer = try await front.request(.get, "/api/v1/evidence/decisions/d3")
        #expect(answer.status == .ok)
        #expect(answer.headers[.contentType] == "application/zip")
        #expect(answer.headers[.contentDisposition] == #"attachment; filename="evidence.zip""#)
        #expect(try EvidenceCheck(log: try Self.key(front)).check(answer.bytes).contains("decision/d3: all 3 events"))
        #expect(try await front.request(.get, "/api/v1/evidence/decisions/d9").status == .notFound)
    }

    @Test("the log says who it is and how it is")
    func description() async throws {
        let front = try await Self.front(2)
        let answer = try await front.request(.get, "/api/v1/evidence")
        #expect(answer.keys == ["origin", "key", "size", "checkpoint", "alarms", "witnesses", "successions"])
        #expect(answer["key"]?.stringValue == (try Self.key(front)).description)
        #expect(answer["size"]?.numberValue?.int == 2)
    }

    @Test("a changed log is not ready, and says why; its last checkpoint can still be read")
    func changed() async throws {
        var front = try await Self.front(5)
        await front.evidence?.close()
        try await front.fixture.restart { directory in
            let path = directory.file("evidence/checkpoint")
            let key = try #require(try EvidenceDirectory(data: directory.path).signingKey())
            let larger = try Checkpoint(origin: key.name, size: 9, root: .emptyTree).signed(by: key)
            try Data(larger.description.utf8).write(to: URL(fileURLWithPath: path))
        }
        try front.keepEvidence()
        let ready = try await front.request(.get, "/readyz")
        #expect(ready.status == .serviceUnavailable)
        #expect(
            ready["message"]?.stringValue?.contains("the log has 5 events, but its last published checkpoint covers 9")
                == true)
        #expect(try await front.request(.get, "/healthz").status == .ok)
        #expect(try await front.request(.get, "/checkpoint").status == .ok)
        for path in ["/tile/0/000.p/5", "/api/v1/evidence/events/1.tlog-proof"] {
            #expect(try await front.request(.get, path).status == .serviceUnavailable)
        }
        let refused = try await front.post("/test/enqueue", #"{"decision_id": "d1"}"#)
        #expect(refused.status == .serviceUnavailable)
        #expect(try await front.get("/pending").status == .ok)
        #expect(try await front.request(.get, "/api/v1/evidence")["alarms"]?.arrayValue?.count == 1)
    }

    @Test("a witness that refuses makes the server unready, and is named", .timeLimit(.minutes(1)))
    func refused() async throws {
        var front = try FrontFixture()
        let key = try SigningKey(name: "w.example", algorithm: .cosignature).verifier
        let witness = try Witness(key: key.description, url: "http://127.0.0.1:9")
        try front.keepEvidence(witnesses: [witness])
        try await front.furnish()
        let evidence = try #require(front.evidence)
        #expect(try await evidence.publishNow().size > 0)
        #expect(try await front.request(.get, "/readyz").status == .ok)
        let feeder = WitnessFeeder(evidence: evidence, witness: witness) { _ in WitnessAnswer(status: 422, body: "") }
        let running = Task { await feeder.run() }
        while evidence.alarms.isEmpty { await Task.yield() }
        let ready = try await front.request(.get, "/readyz")
        #expect(ready.status == .serviceUnavailable)
        #expect(ready["message"]?.stringValue?.contains("the witness w.example refuses to sign") == true)
        #expect(try await front.post("/test/enqueue", #"{"decision_id": "d9"}"#).status == .ok)
        running.cancel()
    }

    @Test("a front without evidence has no such door")
    func without() async throws {
        let front = try FrontFixture()
        for path in ["/checkpoint", "/tile/0/000", "/api/v1/evidence"] {
            #expect(try await front.request(.get, path).status == .notFound)
        }
    }
}
