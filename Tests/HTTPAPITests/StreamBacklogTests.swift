import EventLog
import Governance
import HTTPAPI
import HTTPTypes
import Ledger
import Projections
import Testing
import VerdictTesting

/// What a new stream begins with (governance-api 8.6).
@Suite("The backlog of a stream", .timeLimit(.minutes(1)))
struct StreamBacklogTests {
    @Test("a thousand decisions over all lanes come in the order of the queue, each once, to each new stream")
    func thousand() async throws {
        let front = try FrontFixture()
        try await front.fixture.openSession()
        let expected = try await front.submitThousand()
        try await LiveFront.run(front) { live in
            for _ in 0..<2 {
                let stream = try await live.operatorStream()
                #expect(try await stream.next()?.name == "connected")
                #expect(try await stream.next(1000).map(\.summary) == expected.map { "decision_pending \($0)" })
            }
        }
    }

    @Test("what is handed up follows with its status, what is decided does not come")
    func statuses() async throws {
        let front = try FrontFixture()
        try await front.furnish()
        try await front.fixture.submit("urgent", risk: .critical)
        try await front.fixture.submit("later", risk: .low)
        try await front.fixture.escalate("urgent")
        try await LiveFront.run(front) { live in
            let stream = try await live.operatorStream()
            let events = try await stream.next(4)
            #expect(
                events.map(\.summary) == [
                    "connected", "decision_pending d1", "decision_pending later", "decision_pending urgent",
                ])
            #expect(events.dropFirst().map { $0["status"] } == ["pending", "pending", "escalated"])
        }
    }

    @Test("a decision comes in its flat form")
    func flat() async throws {
        let front = try FrontFixture()
        try await front.fixture.openSession()
        try await front.post(
            "/test/enqueue",
            """
            {"decision_id":"d1","risk_level":"low","context":{"action_type":"isolate_host","action_params":\
            {"target":"web-7","action":"isolate"},"ai_reasoning":"beacons","confidence":0.950,"threat_score":9.9,\
            "threat_type":"c2","metadata":{"source":"ids"}}}
            """)
        try await LiveFront.run(front) { live in
            let event = try #require(try await live.operatorStream().next(2).last)
            #expect(
                event.data == """
                    {"decision_id":"d1","action_type":"isolate_host","target":"web-7","risk_level":"low",\
                    "status":"pending","automation_level":"supervised","confidence":0.950,"context":{"source":"ids"},\
                    "reasoning":"beacons","recommended_action":"isolate","threat_score":9.9,"threat_type":"c2",\
                    "created_at":"2026-01-15T12:00:00.000000Z","sla_deadline":"2026-01-15T12:30:00.000000Z"}
                    """)
            #expect(event.id.hasPrefix("dec_d1_"))
        }
    }

    @Test("a line stays below 64 KiB, whatever was submitted", arguments: [true, false])
    func longLines(isSubmittedFirst: Bool) async throws {
        let front = try FrontFixture()
        try await front.fixture.openSession()
        let long = String(repeating: "ü", count: 225_000)
        let body =
            #"{"decision_id":"d1","reasoning":"\#(long)","target":"\#(long.prefix(900))","#
            + #""metadata":{"blob":"\#(long)"}}"#
        if isSubmittedFirst { try await front.post("/test/enqueue", body) }
        try await LiveFront.run(front) { live in
            let stream = try await live.operatorStream()
            _ = try await stream.next()
            if !isSubmittedFirst { #expect(try await live.post("/test/enqueue", body).status == 200) }
            let event = try #require(try await stream.next())
            #expect(event.lines.allSatisfy { $0.utf8.count < 65_536 })
            #expect(event["decision_id"] == "d1")
            #expect(event["context"] == ["truncated": true])
            #expect(event["reasoning"]?.stringValue?.hasPrefix("üüü") == true)
        }
        #expect(try await front.get("/decision/d1").text.contains(#""metadata":{"blob":"\#(long)"}"#))
    }

    @Test("a stream that opens while the views cannot follow misses nothing that others were told before")
    func behind() async throws {
        let front = try FrontFixture(ledger: { $0.logger = .silent })
        try await front.fixture.openSession()
        try await front.fixture.submit("d1")
        _ = try await front.fixture.ledger.views.read { try $0.position() }
        let views = BrokenTable.views(in: front.fixture.directory)
        try views.break()
        try await LiveFront.run(front) { live in
            let before = try await live.operatorStream()
            #expect(try await before.next(2).last?.summary == "decision_pending d1")
            try await live.fixture.submit("d2")
            #expect(try await before.next()?.summary == "decision_pending d2")
            let after = try await live.operatorStream()
            #expect(
                try await after.next(3).map(\.summary) == ["connected", "decision_pending d1", "decision_pending d2"])
            let health = try await front.request(.get, "/readyz")
            #expect(health.status == .serviceUnavailable)
            #expect(health["message"]?.stringValue?.hasPrefix("What is read may be behind the log") == true)
            try views.repair()
            try await live.fixture.submit("d3")
            for stream in [before, after] { #expect(try await stream.next()?.summary == "decision_pending d3") }
        }
    }
}

extension StreamBacklogTests {
    @Test("a line stays below 64 KiB where every character is an escape, in submissions and in operators' words")
    func escapedLines() async throws {
        let front = try FrontFixture()
        let session = try await front.fixture.openSession()
        let odd = String(repeating: #"\u0001"#, count: 60_000)
        let body =
            #"{"decision_id":"d1","reasoning":"\#(odd)","threat_type":"\#(odd)","#
            + #""action_params":{"target":"\#(odd.prefix(60_000))","action":"\#(odd.prefix(60_000))"}}"#
        #expect(try await front.post("/test/enqueue", body).status == .ok)
        let words = #"{"session_id":"\#(session)","escalation_reason":"\#(odd)","comment":"\#(odd)"}"#
        #expect(try await front.post("/decision/d1/escalate", words).status == .ok)
        try await LiveFront.run(front) { live in
            let fresh = try await live.operatorStream()
            _ = try await fresh.next()
            let event = try #require(try await fresh.next())
            #expect(event["status"] == "escalated")
            #expect(event.lines.allSatisfy { $0.utf8.count < 65_536 })
            let returning = try await live.operatorStream(after: "dec_x_0")
            for _ in 1...3 {
                let event = try #require(try await returning.next())
                #expect(event.lines.allSatisfy { $0.utf8.count < 65_536 })
            }
        }
    }
}

extension FrontFixture {
    /// Submits a thousand decisions over all lanes; returns their ids in the order of the queue.
    func submitThousand() async throws -> [String] {
        let fixture = fixture
        let risks: [RiskLevel] = [.low, .critical, .medium, .high]
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<1000 {
                group.addTask { _ = try? await fixture.submit("n\(number)", risk: risks[number % 4]) }
            }
        }
        let submitted = try fixture.ledger.log.read(from: 1, limit: 2000).filter { $0.type == "decision.submitted.v1" }
        let ids = submitted.map { String($0.stream.id) }
        return [RiskLevel.critical, .high, .medium, .low].flatMap { risk in
            ids.filter { risks[(Int($0.dropFirst()) ?? 0) % 4] == risk }
        }
    }
}
