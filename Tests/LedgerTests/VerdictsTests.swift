import EventLog
import Governance
import Ledger
import Projections
import Testing
import VerdictTesting

/// What an operator may do with a decision.
enum Verdict: String, CaseIterable, Sendable {
    case approve, reject, escalate

    var eventType: String {
        switch self {
        case .approve: "decision.approved.v1"
        case .reject: "decision.rejected.v1"
        case .escalate: "decision.escalated.v1"
        }
    }

    var status: DecisionStatus {
        switch self {
        case .approve: .approved
        case .reject: .rejected
        case .escalate: .escalated
        }
    }

    func command(_ decisionID: String = "d1", in sessionID: String = "session-1") -> Command {
        let action = OperatorAction(sessionID: sessionID, comment: "seen")
        return switch self {
        case .approve: .approve(decisionID: decisionID, action)
        case .reject: .reject(decisionID: decisionID, action, reason: "no")
        case .escalate: .escalate(decisionID: decisionID, action, reason: "up", target: nil)
        }
    }
}

@Suite struct VerdictsTests {
    @Test("a verdict records one event, and the reply sees status and statistics", arguments: Verdict.allCases)
    func verdict(_ verdict: Verdict) async throws {
        let fixture = try LedgerFixture()
        try await fixture.openSession()
        try await fixture.submit()
        fixture.time.advance(by: .seconds(12))
        let receipt = try await fixture.ledger.execute(verdict.command())
        #expect(receipt.eventTypes == [verdict.eventType])
        let recorded = try #require(receipt.events.first?.recorded)
        #expect(recorded.stream.text == "decision/d1")
        #expect(recorded.version == 2)
        #expect(recorded.actor == "operator:alice@host")
        #expect(recorded.recordedAt == fixture.time.now())
        #expect(try EventMetadata(json: recorded.metadata).sessionID == "session-1")
        let decision = try #require(try await fixture.decision())
        #expect(decision.status == verdict.status)
        #expect(decision.isQueued == (verdict == .escalate))
        #expect(decision.resolvedBy == "alice@host")
        let statistics = try await fixture.statistics()
        #expect(
            [statistics.approved, statistics.rejected, statistics.escalated]
                == Verdict.allCases.map {
                    $0 == verdict ? 1 : 0
                })
        #expect(statistics.averageReviewSeconds == 12)
    }

    @Test("an escalated decision can still be approved, rejected and escalated again", arguments: Verdict.allCases)
    func afterEscalation(_ verdict: Verdict) async throws {
        let fixture = try LedgerFixture()
        try await fixture.openSession()
        try await fixture.submit()
        try await fixture.escalate()
        _ = try await fixture.ledger.execute(verdict.command())
        let status = try await fixture.status()
        #expect(status == verdict.status)
    }

    @Test(
        "a resolved decision takes no verdict, also when memory has forgotten it",
        arguments: Verdict.allCases, [false, true])
    func resolved(_ verdict: Verdict, afterRestart: Bool) async throws {
        var fixture = try LedgerFixture()
        try await fixture.openSession()
        try await fixture.submit()
        try await fixture.approve()
        if afterRestart { try await fixture.restart() }
        let refusal = try await fixture.refusal(of: verdict.command())
        #expect(refusal == .decisionAlreadyResolved("d1", status: .approved, version: 2))
        #expect(try fixture.eventTypes().count == 3)
        let statistics = try await fixture.statistics()
        #expect(statistics.reviewed == 1)
    }

    @Test("the session is checked before the decision, and neither writes anything", arguments: Verdict.allCases)
    func unknown(_ verdict: Verdict) async throws {
        let fixture = try LedgerFixture()
        try await fixture.openSession()
        let both = try await fixture.refusal(of: verdict.command("d9", in: "session-9"))
        #expect(both == .invalidSession("session-9"))
        let decision = try await fixture.refusal(of: verdict.command("d9"))
        #expect(decision == .decisionNotFound("d9"))
        #expect(try fixture.eventTypes() == ["session.opened.v1"])
        let statistics = try await fixture.statistics()
        #expect(statistics.reviewed == 0)
    }

    @Test("what was open before a restart is open after it, and every answer is the same")
    func restart() async throws {
        var fixture = try LedgerFixture()
        try await fixture.openSession()
        for id in ["a", "b", "c", "d"] { try await fixture.submit(id) }
        try await fixture.approve("a")
        try await fixture.escalate("b")
        let now = fixture.time.now()
        let before = try everyAnswer(of: fixture.ledger.views, log: fixture.ledger.log, at: now)
        try await fixture.restart()
        #expect(fixture.ledger.views.rebuildReason == nil)
        #expect(try everyAnswer(of: fixture.ledger.views, log: fixture.ledger.log, at: now) == before)
        try await fixture.reject("b")
        try await fixture.approve("c")
        let statistics = try await fixture.statistics()
        #expect([statistics.approved, statistics.rejected, statistics.escalated] == [2, 1, 1])
        #expect(fixture.ledger.health.viewsLag == 0)
    }
}
