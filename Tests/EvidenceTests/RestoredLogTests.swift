import Evidence
import Foundation
import Testing
import VerdictTesting

@Suite("Evidence of a log that went back to a backup", .timeLimit(.minutes(1)))
struct RestoredLogTests {
    @Test("a witness that has seen more raises the alarm, whether the log has grown over it again or not")
    func witness() async throws {
        let witness = try FakeWitness()
        let configured = try witness.witness
        var fixture = try EvidenceFixture { $0.witnesses = [configured] }
        try fixture.append(10)
        _ = try await fixture.evidence.publishNow()
        let backup = try TemporaryDirectory()
        // What a backup of this moment holds.
        try await fixture.restart { directory in
            for name in ["events.db", "evidence"] {
                try FileManager.default.copyItem(atPath: directory.file(name), toPath: backup.file(name))
            }
        }
        try fixture.append(10)
        _ = try await fixture.evidence.publishNow()
        try await witness.fed(by: fixture.evidence) { try await wait { witness.size == 20 } }
        #expect(fixture.evidence.alarms.isEmpty)

        try await fixture.restart { directory in
            for name in ["events.db", "events.db-wal", "events.db-shm", "evidence"] {
                try? FileManager.default.removeItem(atPath: directory.file(name))
            }
            for name in ["events.db", "evidence"] {
                try FileManager.default.copyItem(atPath: backup.file(name), toPath: directory.file(name))
            }
        }
        try fixture.append(5)
        _ = try await fixture.evidence.publishNow()
        #expect(fixture.evidence.alarms.isEmpty, "by itself the log is sound")
        try await witness.fed(by: fixture.evidence) { try await wait { !fixture.evidence.alarms.isEmpty } }
        #expect(
            fixture.evidence.alarms == [
                "the witness witness.example/w1 refuses to sign: it has signed 20 events of this log, which has 15"
            ])

        try fixture.append(10)
        _ = try await fixture.evidence.publishNow()
        try await witness.fed(by: fixture.evidence) {
            try await wait { fixture.evidence.alarms.first?.contains("that these 25 do not continue") == true }
        }
        #expect(witness.size == 20)
    }
}
