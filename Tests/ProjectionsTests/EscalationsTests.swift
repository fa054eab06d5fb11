import EventLog
import GRDB
import Governance
import Projections
import Testing

@Suite struct EscalationsTests {
    @Test("an operator's escalation is listed with both roles and the target that was asked for")
    func byOperator() throws {
        let fixture = try ViewsFixture()
        try fixture.open()
        try fixture.submit()
        try fixture.decide(.escalate(fixture.action(), reason: "too big", target: "senior_analyst"))
        let recorded = try fixture.commit()
        let row = try #require(try fixture.views.readNow { try $0.escalations(limit: 10) }.first)
        #expect(row.eventID == "esc_\(try #require(recorded.last).id.text)")
        #expect(row.decisionID == "d1")
        #expect(row.type == "operator_request")
        #expect(row.occurredAt == fixture.now)
        #expect([row.fromRole, row.toRole] == ["soc_operator", "security_manager"])
        #expect(row.requestedTarget == "senior_analyst")
        #expect(row.reason == "too big")
        #expect(row.ruleID == nil)
        #expect(row.notify == "[]")
    }

    @Test("the clock's escalation names its rule and whom it tells")
    func byClock() throws {
        let fixture = try ViewsFixture()
        try fixture.submit(risk: .critical)
        fixture.now = fixture.now + .minutes(6)
        try fixture.decide(.timeOut)
        try fixture.commit()
        let row = try #require(try fixture.views.readNow { try $0.escalations(limit: 10) }.first)
        #expect(row.type == "timeout")
        #expect([row.fromRole, row.toRole] == ["unassigned", "ciso"])
        #expect(row.requestedTarget == nil)
        #expect(row.ruleID == "critical_risk_escalation")
        #expect(row.notify == #"["email","sms","chat"]"#)
    }

    @Test("escalations come newest first, of all or of one decision, at most as many as asked for")
    func order() throws {
        let fixture = try ViewsFixture()
        try fixture.open()
        for id in ["a", "b"] { try fixture.submit(id) }
        for (index, id) in ["a", "b", "a", "b", "a"].enumerated() {
            try fixture.decide(.escalate(fixture.action(), reason: "reason \(index)", target: nil), on: id)
        }
        try fixture.commit()
        try fixture.views.readNow { views throws in
            let reasons = { (rows: [EscalationRow]) in rows.map { $0.reason.suffix(1) }.joined() }
            #expect(try reasons(views.escalations(limit: 10)) == "43210")
            #expect(try reasons(views.escalations(limit: 2)) == "43")
            #expect(try reasons(views.escalations(of: "a", limit: 10)) == "420")
            #expect(try reasons(views.escalations(of: "b", limit: 1)) == "3")
            #expect(try views.escalations(of: "c", limit: 10).isEmpty)
        }
    }

    @Test("escalations are counted by their type")
    func counts() throws {
        let fixture = try ViewsFixture()
        #expect(try fixture.views.readNow { try $0.escalationCounts() } == [:])
        try fixture.open()
        for id in ["a", "b", "c"] { try fixture.submit(id) }
        try fixture.decide(.escalate(fixture.action(), reason: "up", target: nil), on: "a")
        try fixture.decide(.escalate(fixture.action(), reason: "up", target: nil), on: "a")
        fixture.now = fixture.now + .minutes(11)
        try fixture.decide(.timeOut, on: "b")
        try fixture.commit()
        #expect(try fixture.views.readNow { try $0.escalationCounts() } == ["operator_request": 2, "timeout": 1])
    }
}
