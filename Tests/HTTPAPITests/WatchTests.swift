import EventLog
import Governance
import HTTPAPI
import Ledger
import Testing
import VerdictTesting

/// Watching one decision (governance-api 8.5).
@Suite("Watching a decision", .timeLimit(.minutes(1)))
struct WatchTests {
    private func furnished(_ configure: (inout FrontConfiguration) -> Void = { _ in }) async throws -> FrontFixture {
        let front = try FrontFixture(configure)
        try await front.furnish()
        return front
    }

    @Test("an unknown decision is an error, and the end")
    func unknown() async throws {
        try await LiveFront.run(try await furnished()) { live in
            let watch = try await live.watch("nope")
            #expect(watch.status == 200)
            #expect(watch.header("Content-Type") == "text/event-stream; charset=utf-8")
            let events = try await watch.rest()
            #expect(events.map(\.name) == ["error"])
            #expect(events[0].id == "error_1768478400.000000")
            #expect(events[0]["error"] == "Decision not found")
            #expect(events[0]["decision_id"] == "nope")
        }
    }

    @Test("from pending to approved")
    func approved() async throws {
        try await LiveFront.run(try await furnished()) { live in
            let watch = try await live.watch()
            let first = try #require(try await watch.next())
            #expect(
                first.lines == [
                    "id: status_1768478400.000000", "event: decision_status",
                    """
                    data: {"decision_id":"d1","status":"pending","risk_level":"high",\
                    "created_at":"2026-01-15T12:00:00.000000Z"}
                    """,
                ])
            live.fixture.time.advance(by: .seconds(30))
            try await live.fixture.approve()
            let rest = try await watch.rest()
            #expect(rest.map(\.name) == ["decision_status", "decision_resolved"])
            #expect(rest[0].data == #"{"decision_id":"d1","status":"approved","previous_status":"pending"}"#)
            #expect(rest[1].id.hasPrefix("resolved_1768478430"))
            #expect(
                rest[1].data == """
                    {"decision_id":"d1","status":"approved","resolved_at":"2026-01-15T12:00:30.000000Z",\
                    "resolved_by":"alice@host"}
                    """)
        }
    }

    @Test("one that is decided already says so and ends")
    func resolved() async throws {
        try await LiveFront.run(try await furnished()) { live in
            let events = try await live.watch("d3").rest()
            #expect(events.map(\.name) == ["decision_status", "decision_resolved"])
            #expect(events.map { $0["status"] } == ["rejected", "rejected"])
        }
    }

    @Test("an escalation is a change and not the end")
    func escalated() async throws {
        try await LiveFront.run(try await furnished()) { live in
            let watch = try await live.watch()
            _ = try await watch.next()
            try await live.fixture.escalate()
            let change = try #require(try await watch.next())
            #expect(change.data == #"{"decision_id":"d1","status":"escalated","previous_status":"pending"}"#)
            try await live.fixture.reject()
            let rest = try await watch.rest()
            #expect(rest.map(\.name) == ["decision_status", "decision_resolved"])
            #expect(rest.last?["status"] == "rejected")
        }
    }

    @Test("other decisions are none of its business")
    func others() async throws {
        try await LiveFront.run(try await furnished()) { live in
            let watch = try await live.watch()
            _ = try await watch.next()
            try await live.fixture.submit("other")
            try await live.fixture.approve("other")
            try await live.fixture.approve("d1")
            #expect(try await watch.rest().allSatisfy { $0["decision_id"] == "d1" })
        }
    }

    @Test("a heartbeat says that it still watches")
    func heartbeat() async throws {
        let front = try await furnished { $0.heartbeatInterval = .seconds(0.05) }
        try await LiveFront.run(front) { live in
            let watch = try await live.watch()
            _ = try await watch.next()
            let heartbeat = try #require(try await watch.next())
            #expect(heartbeat.id.hasPrefix("heartbeat_"))
            #expect(heartbeat.data == #"{"decision_id":"d1","watching":true}"#)
        }
    }

    @Test("it ends when its time is over")
    func over() async throws {
        let front = try await furnished { $0.watchDuration = .seconds(0.2) }
        try await LiveFront.run(front) { live in
            let events = try await live.watch().rest()
            #expect(events.map(\.name) == ["decision_status"])
        }
    }
}
