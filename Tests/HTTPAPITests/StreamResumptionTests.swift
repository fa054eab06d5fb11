import EventLog
import Governance
import HTTPAPI
import Ledger
import Testing
import VerdictTesting

/// A client that comes back with the id of its last event gets what it has missed, nothing lost and nothing twice.
@Suite("Coming back to a stream", .timeLimit(.minutes(1)))
struct StreamResumptionTests {
    /// A history in which every kind of event occurs.
    private func history(_ live: LiveFront) async throws {
        let fixture = live.fixture
        for decisionID in ["d1", "d2", "d3", "d4"] { try await fixture.submit(decisionID) }
        try await fixture.approve("d1")
        try await fixture.escalate("d2")
        fixture.time.advance(by: .seconds(460))
        try await fixture.ledger.passTime()
        fixture.time.advance(by: .seconds(200))
        try await fixture.ledger.passTime()
        try await fixture.reject("d2")
        try await fixture.submit("d5", risk: .critical)
    }

    private func opened() async throws -> FrontFixture {
        let front = try FrontFixture()
        try await front.fixture.openSession()
        return front
    }

    /// What a stream says that opens after that id, up to an event that is still to come.
    private func missed(_ live: LiveFront, after id: String, mark: String) async throws -> [ServerSentEvent] {
        let stream = try await live.operatorStream(after: id)
        #expect(try await stream.next()?.name == "connected")
        try await live.fixture.submit(mark)
        return try await stream.next(until: "decision_pending", of: mark).dropLast()
    }

    /// Whether the event announces a decision that was settled in the end.
    private func isOld(_ event: ServerSentEvent) -> Bool {
        ["decision_pending d1", "decision_pending d2"].contains(event.summary)
    }

    @Test("after any event of the live part, but for the announcements of what is settled")
    func live() async throws {
        try await LiveFront.run(try await opened()) { live in
            let stream = try await live.operatorStream()
            _ = try await stream.next()
            try await history(live)
            var seen = try await stream.next(until: "decision_pending", of: "d5")
            #expect(Set(seen.map(\.name)).count == 5)
            for (place, event) in seen.enumerated() {
                let mark = "mark\(place)"
                let missed = try await missed(live, after: event.id, mark: mark)
                #expect(missed == seen.dropFirst(place + 1).filter { !isOld($0) }, "after \(event.id)")
                seen += try await stream.next(1)
            }
        }
    }

    @Test(
        "an id with numbers that no log can have is answered like any other that is not known",
        arguments: [
            "dec_d1_-9223372036854775808~0~0~0", "dec_d1_-1~0~0~0", "dec_d1_1~-9223372036854775808~0~0",
            "dec_d1_1~0~9223372036854775807~9223372036854775807", "hb_0_-9223372036854775808",
        ])
    func impossibleNumbers(id: String) async throws {
        try await LiveFront.run(try await opened()) { live in
            let stream = try await live.operatorStream(after: id)
            #expect(try await stream.next()?.name == "connected")
            try await live.fixture.submit("next")
            #expect(try await stream.next(until: "decision_pending", of: "next").last?.name == "decision_pending")
        }
    }

    @Test("after the greeting: the backlog as it was when the session began, and everything since")
    func greeting() async throws {
        let front = try FrontFixture()
        try await front.fixture.submit("early")
        try await front.fixture.openSession()
        try await LiveFront.run(front) { live in
            try await live.fixture.submit("d1")
            try await live.fixture.approve("d1")
            let missed = try await missed(live, after: "conn_session-1", mark: "mark")
            #expect(
                missed.map(\.summary) == ["decision_pending early", "decision_resolved d1"])
        }
    }

    @Test("after the greeting of a session that nobody knows: the whole backlog")
    func unknownGreeting() async throws {
        let front = try await opened()
        try await front.fixture.submit("d1")
        try await LiveFront.run(front) { live in
            let missed = try await missed(live, after: "conn_nobody", mark: "mark")
            #expect(missed.map(\.summary) == ["decision_pending d1"])
        }
    }

    @Test("after any event of the backlog", arguments: [0, 1, 255, 256, 500, 998, 999])
    func backlog(_ place: Int) async throws {
        let front = try await opened()
        let expected = try await front.submitThousand()
        try await LiveFront.run(front) { live in
            let stream = try await live.operatorStream()
            let last = try #require(try await stream.next(place + 2).last)
            #expect(last["decision_id"] == .string(expected[place]))
            // What happens meanwhile comes behind the rest of the backlog.
            try await live.fixture.approve(expected[0])
            try await live.fixture.approve(expected[999])
            try await live.fixture.submit("new", risk: .critical)
            let missed = try await missed(live, after: last.id, mark: "mark")
            let rest = expected.dropFirst(place + 1).filter { $0 != expected[0] && $0 != expected[999] }
            #expect(
                missed.map(\.summary) == rest.map { "decision_pending \($0)" } + [
                    "decision_resolved \(expected[0])", "decision_resolved \(expected[999])", "decision_pending new",
                ])
        }
    }

    @Test("a decision handed up while its reader was away inside the backlog comes once as pending")
    func escalatedInside() async throws {
        let front = try await opened()
        for decisionID in ["d1", "d2", "d3"] { try await front.fixture.submit(decisionID) }
        try await LiveFront.run(front) { live in
            let last = try #require(try await live.operatorStream().next(2).last)
            #expect(last["decision_id"] == "d1")
            try await live.fixture.escalate("d1")
            let missed = try await missed(live, after: last.id, mark: "mark")
            #expect(missed.map(\.summary) == ["decision_pending d2", "decision_pending d3", "decision_resolved d1"])
        }
    }

    @Test("after a heartbeat")
    func heartbeat() async throws {
        var front = try await opened()
        front.configuration.heartbeatInterval = .seconds(0.05)
        try await front.fixture.submit("d1")
        try await LiveFront.run(front) { live in
            let stream = try await live.operatorStream()
            _ = try await stream.next(2)
            let heartbeat = try #require(try await stream.next())
            #expect(heartbeat.name == "heartbeat")
            try await live.fixture.submit("d2")
            let missed = try await missed(live, after: heartbeat.id, mark: "mark").filter { $0.name != "heartbeat" }
            #expect(missed.map(\.summary) == ["decision_pending d2"])
        }
    }

    @Test(
        "after an id that is none of ours: the whole backlog",
        arguments: ["", "nonsense", "dec_d1", "dec_d1_1~2", "dec_d1_x~0~1~2", "42.5", "hb_1759797649.49"])
    func unknown(_ id: String) async throws {
        let front = try await opened()
        for decisionID in ["d1", "d2"] { try await front.fixture.submit(decisionID) }
        try await LiveFront.run(front) { live in
            let missed = try await missed(live, after: id, mark: "mark")
            #expect(missed.map(\.summary) == ["decision_pending d1", "decision_pending d2"])
        }
    }
}
