import EventLog
import HTTPAPI
import HTTPTypes
import Ledger
import Testing
import VerdictTesting

/// A log that was put back to an earlier state: whoever has seen more is told, and everybody can read it.
@Suite("Readers of a log that has lost events", .timeLimit(.minutes(1)))
struct LostEventsTests {
    /// Two decisions wait; the log ends with event 3.
    private static func waiting() async throws -> FrontFixture {
        let front = try FrontFixture()
        try await front.fixture.openSession()
        for decisionID in ["d1", "d2"] { try await front.fixture.submit(decisionID) }
        return front
    }

    @Test(
        "a client that has seen more than the log holds is told so, and gets everything that waits and all that comes",
        arguments: ["dec_d9_4", "resolved_d9_9999", "hb_1759797649.49_4", "dec_d9_17~0~2~3", "sys_1.5_4"])
    func told(id: String) async throws {
        try await LiveFront.run(try await Self.waiting()) { live in
            let stream = try await live.operatorStream(after: id)
            #expect(try await stream.next()?.name == "connected")
            let notice = try #require(try await stream.next())
            #expect(notice.name == "system_message")
            #expect(notice["severity"] == "critical")
            #expect(
                notice["message"]?.stringValue?.hasSuffix("but this log ends with event 3: what came after it is lost")
                    == true)
            #expect(try await stream.next(2).map(\.summary) == ["decision_pending d1", "decision_pending d2"])
            try await live.fixture.submit("d3")
            #expect(try await stream.next()?.summary == "decision_pending d3")

            // Whoever is cut off after the notice still gets what waits.
            let again = try await live.operatorStream(after: notice.id)
            let names = try await again.next(4).map(\.summary)
            #expect(
                names.dropFirst() == ["decision_pending d1", "decision_pending d2", "decision_pending d3"])
        }
    }

    @Test("a client that has seen what the log ends with is told nothing", arguments: ["dec_d2_3", "hb_1.5_3"])
    func untold(id: String) async throws {
        try await LiveFront.run(try await Self.waiting()) { live in
            let stream = try await live.operatorStream(after: id)
            try await live.fixture.submit("d3")
            #expect(try await stream.next(2).map(\.name) == ["connected", "decision_pending"])
        }
    }

    @Test("such readers are counted, and logged once a minute however many there are")
    func counted() async throws {
        let metrics = PrometheusMetrics()
        let lines = LogLines()
        let front = try FrontFixture(ledger: { configuration in
            configuration.metrics = metrics
            configuration.logger = lines.logger
        })
        for _ in 0..<5 { #expect(front.fixture.ledger.lostEvents(seenUpTo: 7) != nil) }
        #expect(metrics.text.contains("verdict_readers_beyond_end_total 5"))
        #expect(lines.all.count { $0.contains("a reader has seen events that this log does not hold") } == 1)
        front.fixture.time.advance(by: .minutes(1))
        #expect(front.fixture.ledger.lostEvents(seenUpTo: 7) != nil)
        #expect(lines.all.count { $0.contains("a reader has seen events that this log does not hold") } == 2)
    }

    @Test("health says for good that the log was restored, and stays healthy")
    func health() async throws {
        var front = try FrontFixture()
        let restored = LogRestored(
            position: 0, backupMadeAt: front.fixture.time.now(), restoredAt: front.fixture.time.now())
        for path in ["/readyz", "/health"] {
            #expect(try await front.request(.get, path)["notice"] == nil)
        }
        try await front.fixture.restart { try RestoreMarker.write(restored, in: $0.path) }
        for _ in 0...1 {
            let answer = try await front.request(.get, "/readyz")
            #expect(answer.status == .ok)
            #expect(answer["status"] == "healthy")
            #expect(
                answer["notice"]?.stringValue?.hasSuffix("what had been acknowledged after event 0 is not in it")
                    == true)
            try await front.fixture.restart()
        }
    }
}
