import EventLog
import Governance
import Projections
import Testing

@Suite struct DueTests {
    private func due(_ fixture: ViewsFixture, limit: Int = 100) throws -> [String] {
        let now = fixture.now
        return try fixture.views.readNow { try $0.dueDecisions(at: now, limit: limit) }
    }

    @Test("a decision is due for its warning at three quarters of its time, then at its deadline, then never")
    func warningThenDeadline() throws {
        let fixture = try ViewsFixture()
        let start = fixture.now
        try fixture.submit(risk: .low)
        try fixture.commit()
        fixture.now = start + .seconds(22 * 60 + 29)
        #expect(try due(fixture) == [])
        fixture.now = start + .seconds(22 * 60 + 30)
        #expect(try due(fixture) == ["d1"])
        try fixture.decide(.warn)
        try fixture.commit()
        #expect(try due(fixture) == [])
        fixture.now = start + .minutes(30)
        #expect(try due(fixture) == ["d1"])
        fixture.now = start + .minutes(31)
        try fixture.decide(.timeOut)
        try fixture.commit()
        fixture.now = start + .hours(24)
        #expect(try due(fixture) == [])
    }

    @Test("the longest overdue comes first, at most as many as asked for")
    func order() throws {
        let fixture = try ViewsFixture()
        for (id, risk) in [("low", RiskLevel.low), ("critical", .critical), ("medium", .medium), ("high", .high)] {
            try fixture.submit(id, risk: risk)
        }
        try fixture.commit()
        fixture.now = fixture.now + .hours(1)
        #expect(try due(fixture) == ["critical", "high", "medium", "low"])
        #expect(try due(fixture, limit: 2) == ["critical", "high"])
    }

    @Test("what is decided, handed up or needs no human is never due")
    func neverDue() throws {
        let fixture = try ViewsFixture()
        try fixture.open()
        for id in ["approved", "rejected", "cancelled", "escalated"] { try fixture.submit(id) }
        try fixture.submit("auto", risk: .low, automation: .full)
        try fixture.decide(.approve(fixture.action()), on: "approved")
        try fixture.decide(.reject(fixture.action(), reason: "no"), on: "rejected")
        try fixture.decide(.cancel(reason: "gone"), on: "cancelled")
        try fixture.decide(.escalate(fixture.action(), reason: "up", target: nil), on: "escalated")
        try fixture.commit()
        fixture.now = fixture.now + .hours(24)
        #expect(try due(fixture) == [])
    }

    @Test("a session is due at its expiry, until it is closed")
    func sessions() throws {
        let fixture = try ViewsFixture()
        let start = fixture.now
        for id in ["s1", "s2", "s3"] {
            try fixture.open(id)
            fixture.now = fixture.now + .seconds(1)
        }
        try fixture.decide(.close, on: "s2")
        try fixture.commit()
        let due = { (moment: Timestamp, limit: Int) in
            try fixture.views.readNow { try $0.dueSessions(at: moment, limit: limit) }
        }
        #expect(try due(start + .hours(8) + Interval(microseconds: -1), 10) == [])
        #expect(try due(start + .hours(8), 10) == ["s1"])
        #expect(try due(start + .hours(9), 10) == ["s1", "s3"])
        #expect(try due(start + .hours(9), 1) == ["s1"])
        fixture.now = start + .hours(9)
        try fixture.decide(.expire, on: "s1")
        try fixture.commit()
        #expect(try due(start + .hours(9), 10) == ["s3"])
    }

    @Test("the writer gets back what is open, and nothing else")
    func workingSet() throws {
        let fixture = try ViewsFixture()
        try fixture.makeHistory(decisions: 100, seed: 12)
        try fixture.decide(.close, on: "s1")
        try fixture.commit()
        var states: [String: DecisionState] = [:]
        for recorded in try fixture.log.read(from: 1, limit: .max) {
            guard case .decision(let event) = try GovernanceEvent(recorded) else { continue }
            states[event.decisionID] = Decision.evolve(states[event.decisionID], event)
        }
        let open = states.values.filter { state in
            state.isQueued || (state.status == .pending && state.automationLevel == .full)
        }
        try fixture.views.readNow { views throws in
            let found = try views.openDecisions()
            #expect(Set(found) == Set(open))
            let sessions = try views.openSessions()
            #expect(Set(sessions.map(\.sessionID)) == ["s0", "s2"])
            #expect(sessions.allSatisfy { !$0.isClosed && $0.version == 1 })
            #expect(Set(sessions.map(\.operatorRole)) == ["soc_operator", "ciso"])
        }
    }
}
