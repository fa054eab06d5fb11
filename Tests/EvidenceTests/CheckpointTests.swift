import EventLog
import Evidence
import Foundation
import Ledger
import Testing
import Transparency
import VerdictTesting

@Suite("Checkpoints of a log") struct CheckpointTests {
    @Test("an empty log has a checkpoint, and every event is covered by the next one")
    func covers() async throws {
        let fixture = try EvidenceFixture()
        let empty = try await fixture.evidence.publishNow()
        #expect(empty.checkpoint.size == 0 && empty.checkpoint.root == .emptyTree)
        try await fixture.fixture.openSession()
        try await fixture.fixture.submit()
        try await fixture.fixture.approve()
        let publication = try await fixture.evidence.publishNow()
        #expect(publication.checkpoint.size == 3)
        #expect(publication.checkpoint.root == (try fixture.root(3)))
        #expect(try publication.note.checkpoint(of: fixture.evidence.key) == publication.checkpoint)
        #expect(fixture.evidence.note == publication.note)
        #expect(fixture.evidence.alarms.isEmpty)
    }

    @Test("who asks for an event gets a checkpoint that covers it, at once")
    func atOnce() async throws {
        let fixture = try EvidenceFixture()
        for number in 1...5 {
            let receipt = try await fixture.fixture.submit("d\(number)")
            let publication = try await fixture.evidence.publication(covering: receipt.positions[0])
            #expect(publication.size >= number)
            #expect(publication.checkpoint.root == (try fixture.root(publication.size)))
        }
        await #expect(throws: EvidenceError.self) { try await fixture.evidence.publication(covering: 6) }
    }

    @Test("the clock has every event covered within a second", .timeLimit(.minutes(1)))
    func clock() async throws {
        let fixture = try EvidenceFixture()
        let service = EvidenceService(fixture.evidence)
        let running = Task { try await service.run() }
        for number in 1...3 {
            try await fixture.fixture.submit("d\(number)")
            // The clock stands still once 950 ms have passed: by then the checkpoint must be on its way.
            var steps = 19
            while (fixture.evidence.publication?.size ?? 0) < number {
                await fixture.fixture.time.someoneWaits()
                if steps > 0 { fixture.fixture.time.advance(by: Interval(microseconds: 50_000)) }
                steps -= 1
                await Task.yield()
            }
        }
        running.cancel()
        _ = await running.result
    }

    @Test("events that others append are covered too")
    func others() async throws {
        let fixture = try EvidenceFixture()
        try fixture.append(10)
        try await fixture.fixture.submit()
        try fixture.append(10, to: "test/2")
        let publication = try await fixture.evidence.publishNow()
        #expect(publication.size == 21)
        #expect(publication.checkpoint.root == (try fixture.root(21)))
    }

    @Test("after a restart the same size has the same checkpoint, byte for byte, and the same key")
    func restart() async throws {
        var fixture = try EvidenceFixture()
        try fixture.append(300)
        let before = try await fixture.evidence.publishNow()
        let key = fixture.evidence.key
        try await fixture.restart()
        #expect(fixture.evidence.note?.description == before.note.description)
        let after = try await fixture.evidence.publishNow()
        #expect(after.note.description == before.note.description)
        #expect(fixture.evidence.key == key)
        try fixture.append(1)
        #expect(try await fixture.evidence.publishNow().size == 301)
    }

    @Test("closing publishes what is left")
    func close() async throws {
        var fixture = try EvidenceFixture()
        try fixture.append(7)
        try await fixture.restart()
        let note = try #require(fixture.evidence.note)
        #expect(try Checkpoint(text: note.text).size == 7)
    }

    @Test("the secret key is readable by its owner alone, and refused when it is not")
    func keyFile() async throws {
        var fixture = try EvidenceFixture()
        _ = try await fixture.evidence.publishNow()
        let path = fixture.file("evidence.key")
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        await #expect(throws: EvidenceError.self) {
            try await fixture.restart { _ in
                try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
            }
        }
    }

    @Test("a log that has published gets no second key by itself")
    func lostKey() async throws {
        var fixture = try EvidenceFixture()
        try fixture.append(1)
        _ = try await fixture.evidence.publishNow()
        await #expect(throws: EvidenceError.self) {
            try await fixture.restart { try $0.remove("evidence.key") }
        }
    }

    @Test("a log that was there before its first checkpoint is signed with a warning, any other one without")
    func unknownBefore() async throws {
        let lines = LogLines()
        var fixture = try EvidenceFixture { $0.logger = lines.logger }
        #expect(!lines.all.contains { $0.hasPrefix("warning") })
        try fixture.append(3)
        _ = try await fixture.evidence.publishNow()
        try await fixture.restart()
        #expect(!lines.all.contains { $0.hasPrefix("warning") })
        try await fixture.restart { try $0.remove("evidence") }
        #expect(try await fixture.evidence.publishNow().checkpoint.size == 3)
        let warnings = lines.all.filter { $0.hasPrefix("warning") }
        #expect(warnings.count == 1)
        #expect(warnings.first?.contains("no checkpoint of them is known") == true)
        #expect(warnings.first?.hasSuffix("events:3 key:known") == true)
    }
}

@Suite("Proofs of events") struct ProofTests {
    @Test("every event is proven with its entry", arguments: [1, 2, 255, 256, 257, 600])
    func every(size: Int) async throws {
        let fixture = try EvidenceFixture()
        try fixture.append(size)
        let publication = try await fixture.evidence.publishNow()
        let events = try fixture.ledger.log.read(from: 1, limit: size)
        let proofs = try fixture.evidence.proofs(of: events, in: publication)
        #expect(proofs.count == size)
        for (event, proof) in zip(events, proofs) {
            #expect(proof.index == event.position - 1)
            #expect(proof.extra == event.entry)
            #expect(try proof.verify(event.entry, log: fixture.evidence.key).size == size)
        }
    }

    @Test("an event that was changed while the log was open is found when it is asked for, and ends the signing")
    func changedWhileOpen() async throws {
        let fixture = try EvidenceFixture()
        try fixture.append(5)
        let publication = try await fixture.evidence.publishNow()
        try LogInWrongHands(fixture.file("events.db")).tamper(
            "UPDATE events SET actor = 'agent:mallory' WHERE position = 3")
        let events = try fixture.ledger.log.read(from: 1, limit: 5)
        #expect(throws: EvidenceError.self) { try fixture.evidence.proofs(of: events, in: publication) }
        #expect(fixture.evidence.alarms.first?.contains("position 3 is not the one that was logged") == true)
        await #expect(throws: EvidenceError.self) { try await fixture.evidence.publishNow() }
        #expect(fixture.evidence.note == publication.note)
    }
}
