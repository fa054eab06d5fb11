import EventLog
import Governance
import Ledger
import Projections
import Testing
import VerdictTesting

@Suite struct SLAClockTests {
    /// When the warning and the deadline of a level come (governance-api 7.4).
    static let deadlines: [(RiskLevel, warning: Int, deadline: Int)] = [
        (.critical, 225, 300), (.high, 450, 600), (.medium, 675, 900), (.low, 1350, 1800),
    ]

    /// What the clock says at each of these times after the submission.
    private func said(
        _ fixture: LedgerFixture, at seconds: [Double], risk: RiskLevel = .high
    ) async throws -> [[String]] {
        let start = fixture.time.now()
        try await fixture.submit(risk: risk)
        var said: [[String]] = []
        for second in seconds {
            let last = try fixture.ledger.log.lastPosition
            fixture.time.move(to: start + .seconds(second))
            try await fixture.ledger.passTime()
            said.append(try fixture.eventTypes(from: last + 1).map { String($0.dropFirst("decision.".count)) })
        }
        return said
    }

    @Test("each level is warned, and then times out and is handed up, once", arguments: deadlines)
    func levels(_ risk: RiskLevel, warning: Int, deadline: Int) async throws {
        let fixture = try LedgerFixture()
        let times = [0, warning - 1, warning, warning + 1, deadline, deadline + 1, deadline + 2, 10 * deadline]
        let said = try await said(fixture, at: times.map(Double.init), risk: risk)
        #expect(
            said == [
                [], [], ["sla_warned.v1"], [], [], ["timed_out.v1", "escalated.v1"], [], [],
            ])
        let decision = try #require(try await fixture.decision())
        #expect(decision.status == .escalated)
        #expect(decision.isQueued)
        #expect(decision.escalatedTo == GovernancePolicy().escalation.defaultTarget(at: risk))
        let escalation = try await fixture.ledger.views.read { try $0.escalations(of: "d1", limit: 1).first }
        #expect(escalation?.type == "timeout")
        let actors = try fixture.ledger.log.read(from: 2, limit: 10).map(\.actor)
        #expect(Set(actors) == ["system:sla-clock"])
    }

    @Test("a decision whose stream is damaged does not keep the clock from the others")
    func damagedNeighbour() async throws {
        let fixture = try LedgerFixture()
        for decisionID in ["a", "damaged", "z"] { try await fixture.submit(decisionID) }
        try fixture.appendForeignRaw("decision.approved.v1", "{}", stream: "decision/damaged")
        let last = try fixture.ledger.log.lastPosition
        fixture.time.advance(by: .seconds(460))
        try await fixture.ledger.passTime()
        let said = try fixture.ledger.log.read(from: last + 1, limit: 10)
        #expect(said.map(\.type) == ["decision.sla_warned.v1", "decision.sla_warned.v1"])
        #expect(Set(said.map { String($0.stream.id) }) == ["a", "z"])
    }

    @Test("a clock that jumps back says nothing twice")
    func clockJumpsBack() async throws {
        let said = try await said(try LedgerFixture(), at: [460, 10, 440, 460, 601, 10, 460, 601, 900])
        #expect(said == [["sla_warned.v1"], [], [], [], ["timed_out.v1", "escalated.v1"], [], [], [], []])
    }

    @Test("a clock that jumps over both says both, in order")
    func clockJumpsAhead() async throws {
        let said = try await said(try LedgerFixture(), at: [86_400, 86_401])
        #expect(said == [["sla_warned.v1", "timed_out.v1", "escalated.v1"], []])
    }

    @Test("without escalation a decision times out once and can still be approved")
    func withoutEscalation() async throws {
        let fixture = try LedgerFixture { $0.policy.escalatesOnTimeout = false }
        try await fixture.openSession()
        let said = try await said(fixture, at: [460, 601, 602])
        #expect(said == [["sla_warned.v1"], ["timed_out.v1"], []])
        let status = try await fixture.status()
        #expect(status == .timeout)
        try await fixture.approve()
    }

    @Test("what an operator has handed up is left alone")
    func escalated() async throws {
        let fixture = try LedgerFixture()
        try await fixture.openSession()
        try await fixture.submit()
        try await fixture.escalate()
        fixture.time.advance(by: .hours(1))
        try await fixture.ledger.passTime()
        #expect(try fixture.eventTypes().count == 3)
    }

    @Test("deadlines that passed while the ledger was closed are noticed once", arguments: [false, true])
    func whileClosed(isWarnedBefore: Bool) async throws {
        var fixture = try LedgerFixture()
        try await fixture.submit()
        if isWarnedBefore {
            fixture.time.advance(by: .minutes(8))
            try await fixture.ledger.passTime()
        }
        let time = fixture.time
        try await fixture.restart { _ in time.advance(by: .hours(1)) }
        #expect(try fixture.eventTypes().count == (isWarnedBefore ? 2 : 1))
        for _ in 0..<2 { try await fixture.ledger.passTime() }
        try await fixture.restart()
        try await fixture.ledger.passTime()
        #expect(
            try fixture.eventTypes() == [
                "decision.submitted.v1", "decision.sla_warned.v1", "decision.timed_out.v1", "decision.escalated.v1",
            ])
    }

    @Test("more decisions than fit into one command are all noticed at once")
    func many() async throws {
        let fixture = try LedgerFixture()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<300 { group.addTask { _ = try await fixture.submit("d\(index)", risk: .critical) } }
            try await group.waitForAll()
        }
        fixture.time.advance(by: .hours(1))
        try await fixture.ledger.passTime()
        let counts = try await fixture.ledger.views.read { try $0.decisionCounts() }
        #expect(counts.map(\.status) == [.escalated])
        #expect(counts.map(\.count) == [300])
        #expect(try fixture.ledger.log.lastPosition == 1200)
    }

    @Test("what is decided between the clock's question and its word keeps its verdict")
    func decidedMeanwhile() async throws {
        let fixture = try LedgerFixture()
        try await fixture.openSession()
        try await fixture.submit()
        try await fixture.approve()
        fixture.time.advance(by: .hours(1))
        let receipt = try await fixture.ledger.execute(.passTime(decisionIDs: ["d1", "d9"], sessionIDs: ["s9"]))
        #expect(receipt.events.isEmpty)
        let status = try await fixture.status()
        #expect(status == .approved)
    }

    @Test("decisions that the views hold for due and that are not keep the clock from no other one")
    func stuckRows() async throws {
        let fixture = try LedgerFixture()
        try await fixture.openSession()
        for number in 0..<300 {
            try await fixture.submit("old\(number)")
            try await fixture.approve("old\(number)")
        }
        try await fixture.submit("new")
        _ = try await fixture.ledger.views.read { try $0.position() }
        try LogInWrongHands(fixture.directory.file("views.db")).tamper(
            "UPDATE decisions SET due_at = 1 WHERE decision_id <> 'new'")
        fixture.time.advance(by: .hours(1))
        try await fixture.ledger.passTime()
        #expect(try fixture.eventTypes().suffix(3).contains("decision.timed_out.v1"))
    }
}
