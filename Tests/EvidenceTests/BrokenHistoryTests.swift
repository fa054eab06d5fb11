import EventLog
import Evidence
import Foundation
import Ledger
import Testing
import Transparency
import VerdictTesting

@Suite("A log that is not the one that was published") struct BrokenHistoryTests {
    struct Attack: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let sql: String
        let sentence: String
    }

    private static let attacks = [
        Attack(
            testDescription: "an edited row", sql: "UPDATE events SET data = '{\"number\":7}' WHERE position = 12",
            sentence: "the first 40 events are not those that its last published checkpoint covers"),
        Attack(
            testDescription: "a dropped tail", sql: "DELETE FROM events WHERE position > 35",
            sentence: "the log has 35 events, but its last published checkpoint covers 40"),
        Attack(
            testDescription: "two events in the other order",
            sql: """
                UPDATE events SET data = (SELECT data FROM events AS other WHERE other.position = 13 - events.position)
                WHERE position IN (6, 7)
                """,
            sentence: "the first 40 events are not those"),
        Attack(
            testDescription: "an event twice",
            sql: """
                UPDATE events SET data = (SELECT data FROM events WHERE position = 20),
                id = (SELECT id FROM events WHERE position = 20) WHERE position = 21
                """,
            sentence: "the first 40 events are not those"),
    ]

    @Test("it is read, it is not continued, and it says so", arguments: attacks)
    func attack(_ attack: Attack) async throws {
        var fixture = try EvidenceFixture()
        try fixture.append(40)
        let published = try await fixture.evidence.publishNow().note
        try await fixture.restart { try LogInWrongHands($0.file("events.db")).tamper(attack.sql) }
        await #expect(throws: EvidenceError.self) { try await fixture.evidence.publishNow() }
        #expect(fixture.evidence.alarms.first?.contains(attack.sentence) == true, "\(fixture.evidence.alarms)")
        #expect(fixture.ledger.health.trouble?.contains(attack.sentence) == true)
        #expect(fixture.evidence.note == published)
        #expect(try fixture.ledger.log.read(from: 1, limit: 5).count == 5)
        let refusal = await #expect(throws: CommandError.self) { try await fixture.fixture.submit() }
        guard case .unavailable(let reason) = refusal else {
            Issue.record("\(String(describing: refusal))")
            return
        }
        #expect(reason.contains(attack.sentence))
    }

    @Test("an older file that is put back is found at once, before anything is recorded")
    func olderFile() async throws {
        var fixture = try EvidenceFixture()
        try fixture.append(10)
        try await fixture.restart { directory in
            try FileManager.default.copyItem(atPath: directory.file("events.db"), toPath: directory.file("older.db"))
        }
        try fixture.append(5)
        _ = try await fixture.evidence.publishNow()
        try await fixture.restart { directory in
            for name in ["events.db-wal", "events.db-shm"] { try? directory.remove(name) }
            try directory.remove("events.db")
            try FileManager.default.moveItem(atPath: directory.file("older.db"), toPath: directory.file("events.db"))
        }
        #expect(fixture.evidence.alarms.first?.contains("the log has 10 events") == true)
        await #expect(throws: CommandError.self) { try await fixture.fixture.submit() }
    }

    @Test("one that cannot be read whole is not continued either")
    func unreadable() async throws {
        var fixture = try EvidenceFixture()
        try fixture.append(400)
        let published = try await fixture.evidence.publishNow().note
        try await fixture.restart { try Self.spoilPage(holding: #""number":7"#, of: $0) }
        await #expect(throws: EvidenceError.self) { try await fixture.evidence.publishNow() }
        let sentence = "the log cannot be read whole"
        #expect(fixture.evidence.alarms.first?.contains(sentence) == true, "\(fixture.evidence.alarms)")
        #expect(fixture.evidence.note == published)
        await #expect(throws: CommandError.self) { try await fixture.fixture.submit() }
        #expect(fixture.ledger.health.trouble?.contains(sentence) == true)
    }

    /// Overwrites the head of the page of the table in which that text stands first.
    private static func spoilPage(holding text: String, of directory: TemporaryDirectory) throws {
        try LogInWrongHands(directory.file("events.db")).tamper("SELECT 1")
        let url = URL(fileURLWithPath: directory.file("events.db"))
        var bytes = try Data(contentsOf: url)
        let pageSize = Int(bytes[16]) << 8 | Int(bytes[17])
        let place = try #require(bytes.range(of: Data(text.utf8))?.lowerBound)
        let page = place / pageSize * pageSize
        bytes.replaceSubrange(page..<page + 8, with: repeatElement(0xA5, count: 8))
        try bytes.write(to: url)
    }

    @Test("a checkpoint that another key signed is not taken for the log's own")
    func foreignCheckpoint() async throws {
        var fixture = try EvidenceFixture()
        try fixture.append(3)
        _ = try await fixture.evidence.publishNow()
        await #expect(throws: EvidenceError.self) {
            try await fixture.restart { directory in
                let stranger = try SigningKey(name: "stranger")
                let note = try Checkpoint(origin: "stranger", size: 3, root: .emptyTree).signed(by: stranger)
                try Data(note.description.utf8).write(to: URL(fileURLWithPath: directory.file("evidence/checkpoint")))
            }
        }
    }
}
