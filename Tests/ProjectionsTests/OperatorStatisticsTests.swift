import EventLog
import GRDB
import Governance
import Projections
import Testing

@Suite struct OperatorStatisticsTests {
    private let fixture: ViewsFixture

    init() throws {
        fixture = try ViewsFixture()
    }

    private func statistics(_ operatorID: String = "alice@host") throws -> OperatorStatistics {
        let now = fixture.now
        return try fixture.views.readNow { try $0.operatorStatistics(operatorID, at: now) }
    }

    @Test("an operator whom nobody knows has zeros")
    func unknownOperator() throws {
        let statistics = try statistics("nobody@host")
        #expect(statistics.sessions == 0)
        #expect(statistics.reviewed == 0)
        #expect(statistics.averageReviewSeconds == 0)
        #expect(statistics.sessionDuration == .seconds(0))
    }

    @Test("an open session lasts up to now")
    func openSession() throws {
        try fixture.open()
        try fixture.commit()
        fixture.now = fixture.now + .minutes(20)
        #expect(try statistics().sessions == 1)
        #expect(try statistics().sessionDuration == .minutes(20))
    }

    @Test("a clock that was set back makes no negative duration")
    func clockSetBack() throws {
        try fixture.open()
        try fixture.commit()
        fixture.now = fixture.now + .minutes(-5)
        #expect(try statistics().sessionDuration == .seconds(0))
    }

    @Test("closed, expired and open sessions add up, an expired one up to its expiry")
    func allSessions() throws {
        try fixture.open("ended")
        try fixture.open("expired")
        fixture.now = fixture.now + .hours(1)
        try fixture.decide(.close, on: "ended")
        fixture.now = fixture.now + .hours(9)
        try fixture.decide(.expire, on: "expired")
        try fixture.open("held")
        try fixture.commit()
        fixture.now = fixture.now + .minutes(30)
        let statistics = try statistics()
        #expect(statistics.sessions == 3)
        #expect(statistics.sessionDuration == .minutes(60 + 8 * 60 + 30))
    }

    @Test("reviews count by kind, and their time runs from the submission")
    func reviews() throws {
        try fixture.open()
        for id in ["a", "b", "c", "d"] { try fixture.submit(id) }
        fixture.now = fixture.now + .seconds(10)
        try fixture.decide(.approve(fixture.action()), on: "a")
        try fixture.decide(.approve(fixture.action()), on: "b")
        fixture.now = fixture.now + .seconds(10)
        try fixture.decide(.reject(fixture.action(), reason: "no"), on: "c")
        try fixture.decide(.escalate(fixture.action(), reason: "up", target: nil), on: "d")
        fixture.now = fixture.now + .seconds(10)
        try fixture.decide(.escalate(fixture.action(), reason: "higher", target: nil), on: "d")
        try fixture.commit()
        let statistics = try statistics()
        #expect([statistics.approved, statistics.rejected, statistics.escalated] == [2, 1, 2])
        #expect(statistics.reviewed == 5)
        #expect(statistics.reviewTime == .seconds(10 + 10 + 20 + 20 + 30))
        #expect(statistics.averageReviewSeconds == 18)
    }

    @Test("a review before its submission, by a clock that was set back, takes no time")
    func reviewAfterClockWasSetBack() throws {
        try fixture.open()
        try fixture.submit()
        fixture.now = fixture.now + .seconds(-30)
        try fixture.decide(.approve(fixture.action()))
        try fixture.commit()
        #expect(try statistics().reviewTime == .seconds(0))
        #expect(try statistics().approved == 1)
    }

    @Test("the clock's escalation is nobody's review")
    func clockEscalation() throws {
        try fixture.open()
        try fixture.submit()
        fixture.now = fixture.now + .minutes(11)
        try fixture.decide(.timeOut)
        try fixture.commit()
        #expect(try statistics().reviewed == 0)
    }

    @Test("the totals of every operator are those of a fold of the log")
    func randomHistory() throws {
        try fixture.makeHistory(decisions: 200, seed: 11)
        var approved: [String: Int] = [:]
        var rejected: [String: Int] = [:]
        var escalated: [String: Int] = [:]
        for recorded in try fixture.log.read(from: 1, limit: .max) {
            guard case .decision(let event) = try GovernanceEvent(recorded) else { continue }
            switch event {
            case .approved(let verdict): approved[verdict.operatorID, default: 0] += 1
            case .rejected(let verdict, _): rejected[verdict.operatorID, default: 0] += 1
            case .escalated(let event):
                if let verdict = event.verdict { escalated[verdict.operatorID, default: 0] += 1 }
            default: break
            }
        }
        for operatorID in ViewsFixture.operators {
            let found = try statistics(operatorID)
            #expect(found.approved == approved[operatorID])
            #expect(found.rejected == rejected[operatorID])
            #expect(found.escalated == escalated[operatorID])
        }
    }

    @Test("a session's row tells whose it is, and whether it may still act")
    func session() throws {
        try fixture.submit()
        try fixture.open()
        try fixture.commit()
        let start = fixture.now
        let read = { try fixture.views.readNow { try $0.session("s1") } }
        let open = try #require(try read())
        #expect(open.operatorID == "alice@host")
        #expect(open.openedPosition == 2)
        #expect(open.expiresAt == start + .hours(8))
        #expect(open.closedAt == nil)
        #expect(open.isValid(at: start + .hours(8) + Interval(microseconds: -1)))
        #expect(!open.isValid(at: start + .hours(8)))
        fixture.now = start + .minutes(1)
        try fixture.decide(SessionCommand.close)
        try fixture.commit()
        let closed = try #require(try read())
        #expect(closed.closedAt == start + .minutes(1))
        #expect(!closed.isValid(at: start + .minutes(1)))
        #expect(try fixture.views.readNow { try $0.session("s2") } == nil)
    }

    @Test("an opening fills every column of the session")
    func sessionColumns() throws {
        let start = fixture.now.microseconds
        let open = OpenSession(
            operatorID: "bob@host", operatorName: "Bob", operatorRole: "ciso", ipAddress: "192.0.2.7",
            userAgent: "curl", metadata: JSONObject([.init(key: "shift", value: "late")]))
        try fixture.decide(.open(open))
        try fixture.commit()
        var expected = columns([
            "session_id": "s1", "operator_id": "bob@host", "operator_name": "Bob", "operator_role": "ciso",
            "version": 1, "opened_position": 1, "created_at": start, "expires_at": start + 8 * 3_600_000_000,
            "last_active_at": start, "closed_at": nil, "close_reason": nil, "ip_address": "192.0.2.7",
            "user_agent": "curl", "metadata": #"{"shift":"late"}"#, "approved": 0, "rejected": 0, "escalated": 0,
            "review_time": 0,
        ])
        #expect(try fixture.columns(of: "sessions", where: "session_id", is: "s1") == expected)
        try fixture.submit()
        fixture.now = fixture.now + .seconds(3)
        try fixture.decide(.approve(fixture.action()))
        try fixture.decide(SessionCommand.close)
        try fixture.commit()
        let end = fixture.now.microseconds
        let changed = columns([
            "last_active_at": end, "approved": 1, "review_time": 3_000_000, "closed_at": end, "close_reason": "ended",
            "version": 2,
        ])
        expected.merge(changed) { $1 }
        #expect(try fixture.columns(of: "sessions", where: "session_id", is: "s1") == expected)
    }

    @Test("an operator goes by the name and the role of the last session")
    func lastNameCounts() throws {
        try fixture.decide(.open(OpenSession(operatorID: "bob", operatorName: "Bob", operatorRole: "low")), on: "s1")
        try fixture.decide(.open(OpenSession(operatorID: "bob", operatorName: "Robert", operatorRole: "up")), on: "s2")
        try fixture.commit()
        let row = try fixture.columns(of: "operators", where: "operator_id", is: "bob")
        #expect(row["operator_name"] == "Robert".databaseValue)
        #expect(row["operator_role"] == "up".databaseValue)
        #expect(row["sessions"] == 2.databaseValue)
        #expect(row["open_sessions"] == 2.databaseValue)
    }

    @Test("thousands of open sessions of one operator are counted as three are")
    func manyOpenSessions() throws {
        for number in 0..<6000 { try fixture.open("s\(number)") }
        try fixture.commit()
        fixture.now = fixture.now + .seconds(2)
        for _ in 1...2 {
            let statistics = try fixture.views.readNow { try $0.operatorStatistics("alice@host", at: fixture.now) }
            #expect(statistics.sessions == 6000)
            #expect(statistics.sessionDuration == Interval.seconds(12_000))
            try fixture.reopenAnew()
        }
    }
}
