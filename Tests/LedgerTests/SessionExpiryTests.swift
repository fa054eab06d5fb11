import EventLog
import Governance
import Ledger
import Projections
import Testing
import VerdictTesting

@Suite struct SessionExpiryTests {
    @Test("a session acts until eight hours after its opening, whatever happened in it")
    func lifetime() async throws {
        let fixture = try LedgerFixture { $0.policy.escalatesOnTimeout = false }
        let start = fixture.time.now()
        try await fixture.openSession()
        for id in ["a", "b", "c"] { try await fixture.submit(id) }
        fixture.time.move(to: start + .hours(7))
        try await fixture.reject("a")
        fixture.time.move(to: start + .hours(8) + Interval(microseconds: -1))
        try await fixture.reject("b")
        fixture.time.move(to: start + .hours(8))
        let before = try fixture.eventTypes()
        for verdict in Verdict.allCases {
            let refusal = try await fixture.refusal(of: verdict.command("c"))
            #expect(refusal == .invalidSession("session-1"))
        }
        let closing = try await fixture.refusal(of: .closeSession("session-1"))
        #expect(closing == .invalidSession("session-1"))
        #expect(try fixture.eventTypes() == before)
    }

    @Test("the sweep closes an expired session once, and it lasted eight hours", arguments: [false, true])
    func sweep(whileClosed: Bool) async throws {
        var fixture = try LedgerFixture()
        try await fixture.openSession()
        try await fixture.openSession("bob@host", id: "session-2")
        _ = try await fixture.ledger.execute(.closeSession("session-2"))
        let time = fixture.time
        if whileClosed {
            try await fixture.restart { _ in time.advance(by: .hours(30)) }
        } else {
            time.advance(by: .hours(30))
        }
        for _ in 0..<2 { try await fixture.ledger.passTime() }
        #expect(
            try fixture.eventTypes() == [
                "session.opened.v1", "session.opened.v1", "session.closed.v1", "session.closed.v1",
            ])
        let closed = try #require(try fixture.ledger.log.read(from: 4, limit: 1).first)
        #expect(closed.actor == "system:sla-clock")
        #expect(closed.stream.text == "session/session-1")
        let statistics = try await fixture.statistics()
        #expect(statistics.sessions == 1)
        #expect(statistics.sessionDuration == .hours(8))
        let sessions = try await fixture.ledger.views.read { try $0.openSessions() }
        #expect(sessions.isEmpty)
    }

    @Test("the sweep leaves a session alone that still lasts")
    func early() async throws {
        let fixture = try LedgerFixture()
        try await fixture.openSession()
        fixture.time.advance(by: .hours(8))
        fixture.time.advance(by: Interval(microseconds: -1))
        try await fixture.ledger.passTime()
        #expect(try fixture.eventTypes() == ["session.opened.v1"])
    }
}
