import EventLog
import Governance
import HTTPAPI
import Ledger
import Testing
import VerdictTesting

/// What a stream says of what happens (governance-api 8.3).
@Suite("Live events", .timeLimit(.minutes(1)))
struct StreamEventTests {
    private func opened(_ configure: (inout FrontConfiguration) -> Void = { _ in }) async throws -> FrontFixture {
        let front = try FrontFixture(configure)
        try await front.fixture.openSession()
        return front
    }

    @Test("a verdict reaches everybody, the one who gave it too")
    func verdicts() async throws {
        let front = try await opened()
        try await front.fixture.openSession("bob", id: "session-2")
        try await LiveFront.run(front) { live in
            let streams = [
                try await live.operatorStream(), try await live.operatorStream("bob", session: "session-2"),
            ]
            for stream in streams { _ = try await stream.next() }
            for decisionID in ["d1", "d2", "d3"] { try await live.fixture.submit(decisionID) }
            try await live.fixture.approve("d1", comment: "fine")
            try await live.fixture.reject("d2", in: "session-2", reason: "a false alarm")
            try await live.fixture.escalate("d3", reason: "too big")
            for stream in streams {
                let events = try await stream.next(6)
                #expect(
                    events.map(\.summary) == [
                        "decision_pending d1", "decision_pending d2", "decision_pending d3", "decision_resolved d1",
                        "decision_resolved d2", "decision_resolved d3",
                    ])
                #expect(
                    events.suffix(3).map(\.data) == [
                        """
                        {"decision_id":"d1","status":"approved","resolved_by":"alice@host",\
                        "resolved_at":"2026-01-15T12:00:00.000000Z","reasoning":"fine"}
                        """,
                        """
                        {"decision_id":"d2","status":"rejected","resolved_by":"bob",\
                        "resolved_at":"2026-01-15T12:00:00.000000Z","reasoning":"a false alarm"}
                        """,
                        """
                        {"decision_id":"d3","status":"escalated","resolved_by":"alice@host",\
                        "resolved_at":"2026-01-15T12:00:00.000000Z","reasoning":"too big"}
                        """,
                    ])
                #expect(
                    events.suffix(3).allSatisfy { $0.id.hasPrefix("resolved_\($0["decision_id"]?.stringValue ?? "")_") }
                )
            }
        }
    }

    @Test("many writers at once: everything comes once and in the order of the log")
    func order() async throws {
        let front = try await opened()
        try await LiveFront.run(front) { live in
            let stream = try await live.operatorStream()
            _ = try await stream.next()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<100 {
                    group.addTask {
                        try await live.fixture.submit("n\(number)")
                        try await live.fixture.approve("n\(number)")
                    }
                }
                try await group.waitForAll()
            }
            let events = try await stream.next(200)
            let logged = try live.fixture.ledger.log.read(from: 2, limit: 1000)
            #expect(
                events.map(\.summary)
                    == logged.map {
                        ($0.type == "decision.submitted.v1" ? "decision_pending " : "decision_resolved ") + $0.stream.id
                    })
            #expect(events.map(\.position) == logged.map(\.position))
        }
    }

    @Test("a second stream of one session is a stream of its own")
    func twoOfOneSession() async throws {
        let front = try await opened()
        try await LiveFront.run(front) { live in
            let streams = [try await live.operatorStream(), try await live.operatorStream()]
            for stream in streams { _ = try await stream.next() }
            #expect(try await live.get("/health").text.contains(#""active_connections":2,"total_connections":2"#))
            try await live.fixture.submit()
            for stream in streams { #expect(try await stream.next()?.summary == "decision_pending d1") }
            #expect(try await live.get("/health").text.contains(#""decisions_streamed":1"#))
        }
    }

    @Test("a decision that runs without a human is announced to nobody")
    func automatic() async throws {
        let front = try await opened()
        try await LiveFront.run(front) { live in
            let stream = try await live.operatorStream()
            _ = try await stream.next()
            try await live.fixture.submit("automatic", risk: .low, automation: .full)
            try await live.fixture.submit("d1")
            #expect(try await stream.next()?.summary == "decision_pending d1")
        }
    }

    @Test("the clock warns, says that the time is over, and hands up")
    func clock() async throws {
        let front = try await opened()
        try await front.fixture.submit()
        try await LiveFront.run(front) { live in
            let stream = try await live.operatorStream()
            _ = try await stream.next(2)
            live.fixture.time.advance(by: .seconds(450))
            try await live.fixture.ledger.passTime()
            let warning = try #require(try await stream.next())
            #expect(warning.name == "sla_warning")
            #expect(warning.id.hasPrefix("sla_warn_d1_1768478850.000000_"))
            #expect(
                warning.data == """
                    {"decision_id":"d1","risk_level":"high","action_type":"block_ip","time_remaining_seconds":150,\
                    "message":"SLA warning: 150s remaining"}
                    """)
            live.fixture.time.advance(by: .seconds(151))
            try await live.fixture.ledger.passTime()
            let events = try await stream.next(2)
            #expect(events.map(\.name) == ["sla_violation", "system_message"])
            #expect(events[0].id.hasPrefix("sla_viol_d1_1768479001.000000_"))
            #expect(
                events[0].data == """
                    {"decision_id":"d1","risk_level":"high","action_type":"block_ip",\
                    "message":"SLA VIOLATED for decision d1","severity":"critical"}
                    """)
            #expect(events[1].id.hasPrefix("sys_"))
            #expect(events[1]["severity"] == "warning")
            #expect(events[1]["escalated_to"] == "security_manager")
            // It waits still: the next stream begins with it.
            let again = try await live.operatorStream().next(2)
            #expect(again.last?["status"] == "escalated")
            try await live.fixture.approve()
            #expect(try await stream.next()?["status"] == "approved")
        }
    }

    @Test("the response comes before the announcement")
    func responseFirst() async throws {
        let front = try await opened { $0.announcementDelay = .seconds(1) }
        try await LiveFront.run(front) { live in
            let stream = try await live.operatorStream()
            _ = try await stream.next()
            async let answered = { () async throws -> ContinuousClock.Instant in
                _ = try await live.post("/test/enqueue", #"{"decision_id":"d1"}"#)
                return .now
            }()
            #expect(try await stream.next()?.summary == "decision_pending d1")
            let announced = ContinuousClock.now
            let answeredAt = try await answered
            // Without the delay the two come within some milliseconds of each other, in either order.
            #expect(announced - answeredAt > .milliseconds(200))
        }
    }
}

extension ServerSentEvent {
    /// The position that the id ends in.
    var position: Position? { id.split(separator: "_").last.flatMap { Int($0) } }
}
