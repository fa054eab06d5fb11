import EventLog
import Evidence
import Foundation
import Ledger
import Synchronization
import Testing
import Transparency
import VerdictTesting

@Suite("Witnesses", .timeLimit(.minutes(1))) struct WitnessTests {
    private static func fixture(_ witness: FakeWitness) throws -> EvidenceFixture {
        let configured = try witness.witness
        return try EvidenceFixture { $0.witnesses = [configured] }
    }

    /// A log whose events the witness has signed.
    private static func signed(_ count: Int, by witness: FakeWitness) async throws -> EvidenceFixture {
        let fixture = try fixture(witness)
        try fixture.append(count)
        _ = try await fixture.evidence.publishNow()
        try await witness.fed(by: fixture.evidence) { try await wait { fixture.evidence.witnesses[0].size == count } }
        return fixture
    }

    @Test("a witness signs as the log grows, and its signature stands on the checkpoint")
    func grows() async throws {
        let witness = try FakeWitness()
        let fixture = try Self.fixture(witness)
        try await witness.fed(by: fixture.evidence) {
            for round in 1...5 {
                try fixture.append(70 * round)
                let size = try await fixture.evidence.publishNow().size
                try await wait { fixture.evidence.witnesses[0].size == size }
                let note = try #require(fixture.evidence.note)
                let keys = [fixture.evidence.key, witness.key.verifier]
                #expect(Set(try note.verify(keys)) == Set(keys))
                #expect(fixture.evidence.publication?.note == note)
            }
        }
        #expect(fixture.evidence.alarms.isEmpty)
        #expect(witness.size == 70 + 140 + 210 + 280 + 350)
    }

    @Test("of a log that was closed nobody hears anything any more")
    func closed() async throws {
        let witness = try FakeWitness()
        let fixture = try Self.fixture(witness)
        try fixture.append(1)
        _ = try await fixture.evidence.publishNow()
        async let fedBefore: Void = witness.fedToTheEnd(by: fixture.evidence)
        try await wait {
            fixture.evidence.witnesses[0].failure != nil || witness.state.withLock { !$0.requests.isEmpty }
        }
        await fixture.evidence.close()
        try await fedBefore
        try await witness.fedToTheEnd(by: fixture.evidence)
    }

    @Test("the log goes on from the size that the witness names")
    func conflict() async throws {
        let witness = try FakeWitness()
        var fixture = try await Self.signed(20, by: witness)
        try await fixture.restart { try $0.remove("evidence/witnesses") }
        #expect(fixture.evidence.witnesses[0].size == 0)
        try fixture.append(5)
        _ = try await fixture.evidence.publishNow()
        try await witness.fed(by: fixture.evidence) { try await wait { fixture.evidence.witnesses[0].size == 25 } }
        let olds = witness.state.withLock { $0.requests.map { $0.prefix(while: { $0 != "\n" }) } }
        #expect(olds == ["old 0", "old 0", "old 20"])
        #expect(fixture.evidence.alarms.isEmpty)
    }

    @Test("what a witness has signed is known after a restart, and its signature is served again")
    func restart() async throws {
        let witness = try FakeWitness()
        var fixture = try await Self.signed(3, by: witness)
        let note = fixture.evidence.note
        try await fixture.restart()
        #expect(fixture.evidence.note == note)
        #expect(try await fixture.evidence.publishNow().note == note)
        #expect(fixture.evidence.witnesses[0].size == 3)
    }

    @Test(
        "a witness that has seen another history raises an alarm, and the log goes on",
        arguments: [(409, "17\n"), (409, "0\n"), (409, "nonsense"), (422, "")])
    func refusal(status: Int, body: String) async throws {
        let witness = try FakeWitness()
        let fixture = try Self.fixture(witness)
        witness.script(WitnessAnswer(status: status, body: body))
        try fixture.append(3)
        _ = try await fixture.evidence.publishNow()
        try await witness.fed(by: fixture.evidence) {
            try await wait { !fixture.evidence.alarms.isEmpty }
            #expect(fixture.evidence.alarms[0].contains("the witness witness.example/w1 refuses to sign"))
            try fixture.append(1)
            #expect(try await fixture.evidence.publishNow().size == 4)
            // It is asked again after a while; an answer that is right ends the alarm.
            await fixture.fixture.time.someoneWaits()
            fixture.fixture.time.advance(by: .minutes(1))
            try await wait { fixture.evidence.alarms.isEmpty }
        }
        #expect(witness.size == 4)
    }

    @Test("a witness that is down delays nothing and raises no alarm")
    func down() async throws {
        let witness = try FakeWitness()
        let fixture = try Self.fixture(witness)
        witness.script(WitnessAnswer(status: 503, body: "later\n"), WitnessAnswer(status: 200, body: "nonsense\n"))
        try fixture.append(3)
        try await witness.fed(by: fixture.evidence) {
            _ = try await fixture.evidence.publishNow()
            try await wait { fixture.evidence.witnesses[0].failure?.contains("503") == true }
            #expect(fixture.evidence.alarms.isEmpty)
            try fixture.append(3)
            #expect(try await fixture.evidence.publishNow().size == 6)
            while witness.size < 6 {
                await fixture.fixture.time.someoneWaits()
                fixture.fixture.time.advance(by: .seconds(10))
                await Task.yield()
            }
        }
    }

    @Test("a log that is shorter than what a witness has signed is not continued, though its own checkpoint is gone")
    func rolledBack() async throws {
        let witness = try FakeWitness()
        var fixture = try await Self.signed(12, by: witness)
        try await fixture.restart { directory in
            try LogInWrongHands(directory.file("events.db")).tamper("DELETE FROM events WHERE position > 9")
            try directory.remove("evidence/checkpoint")
        }
        #expect(
            fixture.evidence.alarms.first?.contains("the checkpoint signed by witness.example/w1 covers 12") == true)
        await #expect(throws: CommandError.self) { try await fixture.fixture.submit() }
        // Told to start a new origin, and that the views are to follow, it goes on.
        var succession: Succession?
        try await fixture.restart { directory in
            succession = try EvidenceDirectory(data: directory.path).rotate()
            for name in try FileManager.default.contentsOfDirectory(atPath: directory.path)
            where name.hasPrefix("views") || name.hasPrefix("audit") {
                try directory.remove(name)
            }
        }
        #expect(fixture.evidence.alarms.isEmpty)
        #expect(fixture.evidence.key == succession?.after)
        try await fixture.fixture.submit()
        #expect(try await fixture.evidence.publishNow().size == 10)
    }

    @Test("everything that lay beside the log is gone: the witness finds out")
    func forked() async throws {
        let witness = try FakeWitness()
        var fixture = try await Self.signed(12, by: witness)
        try await fixture.restart { directory in
            try LogInWrongHands(directory.file("events.db")).tamper(
                "UPDATE events SET actor = 'agent:mallory' WHERE position = 2")
            try directory.remove("evidence")
        }
        try fixture.append(1)
        _ = try await fixture.evidence.publishNow()
        try await witness.fed(by: fixture.evidence) { try await wait { !fixture.evidence.alarms.isEmpty } }
        #expect(fixture.evidence.alarms[0].contains("(422)"))
    }

    @Test("the key of a log is not the one of a witness")
    func wrongKey() throws {
        let key = try SigningKey(name: "log").verifier
        #expect(throws: NoteError.self) { try Witness(key: key.description, url: "http://127.0.0.1:9") }
    }
}
