import EventLog
import HTTPTypes
import Ledger
import Testing
import VerdictTesting

@Suite("An event that somebody has damaged")
struct DamagedEventTests {
    @Test(
        "who asks for it is told which one, why, and what says more; others are served",
        arguments: [
            ("UPDATE events SET recorded_at = -9000000000000000000", "its recorded_at is in no year from 1 to 9999"),
            ("DELETE FROM events", "the audit index has it, the log has not"),
        ])
    func asked(change: String, fault: String) async throws {
        let lines = LogLines()
        var fixture = try FrontFixture()
        fixture.logger = lines.logger
        _ = try await fixture.fixture.submit("d1")
        _ = try await fixture.fixture.submit("d2")
        #expect(try await fixture.request(.get, "/api/v1/audit/events").status == .ok)
        let position = try await fixture.fixture.ledger.log.lastPosition
        try LogInWrongHands(fixture.fixture.directory.file("events.db")).tamper(
            "\(change) WHERE position = \(position)")

        let answer = try await fixture.request(.get, "/api/v1/audit/events")
        let sentence = "The event at position \(position) is damaged: \(fault)"
        #expect(answer.status == .internalServerError)
        #expect(answer["detail"] == .string("\(sentence). `verdict verify` says more"))
        #expect(lines.all.contains { $0.hasPrefix("error") && $0.contains(sentence) })
        #expect(try await fixture.request(.get, "/api/v1/audit/decisions/d1").status == .ok)
    }
}
