import EventLog
import Governance
import Projections
import Testing

@Suite struct QueueFiguresTests {
    private func figures(_ fixture: ViewsFixture) throws -> QueueFigures {
        let now = fixture.now
        return try fixture.views.readNow { try $0.queueFigures(at: now) }
    }

    @Test("an empty queue has no oldest decision and no violations")
    func empty() throws {
        let fixture = try ViewsFixture()
        let figures = try figures(fixture)
        #expect(figures.oldestCreatedAt == nil)
        #expect(figures.slaViolations == 0)
        #expect(figures.submittedPerMinute(at: fixture.now) == 0)
        #expect(figures.averageReviewSeconds == 0)
    }

    @Test("the oldest decision is the oldest that waits, escalated ones included")
    func oldest() throws {
        let fixture = try ViewsFixture()
        let start = fixture.now
        try fixture.open()
        for id in ["a", "b", "c"] {
            try fixture.submit(id)
            fixture.now = fixture.now + .seconds(10)
        }
        try fixture.decide(.escalate(fixture.action(), reason: "up", target: nil), on: "b")
        try fixture.commit()
        #expect(try figures(fixture).oldestCreatedAt == start)
        try fixture.decide(.reject(fixture.action(), reason: "no"), on: "a")
        try fixture.commit()
        #expect(try figures(fixture).oldestCreatedAt == start + .seconds(10))
    }

    @Test("the oldest decision is found in whatever lane it waits", arguments: RiskLevel.allCases)
    func oldestOfLanes(risk: RiskLevel) throws {
        let fixture = try ViewsFixture()
        let start = fixture.now
        try fixture.submit("first", risk: risk)
        for other in RiskLevel.allCases {
            fixture.now = fixture.now + .seconds(10)
            try fixture.submit("then \(other)", risk: other)
        }
        try fixture.commit()
        #expect(try figures(fixture).oldestCreatedAt == start)
    }

    @Test("a deadline is violated once it has passed, not at the moment itself, and not when nobody waits")
    func violations() throws {
        let fixture = try ViewsFixture()
        try fixture.open()
        try fixture.submit("critical", risk: .critical)
        try fixture.submit("also critical", risk: .critical)
        try fixture.submit("low", risk: .low)
        try fixture.commit()
        fixture.now = fixture.now + .minutes(5)
        #expect(try figures(fixture).slaViolations == 0)
        fixture.now = fixture.now + Interval(microseconds: 1)
        #expect(try figures(fixture).slaViolations == 2)
        try fixture.decide(.approve(fixture.action()), on: "critical")
        try fixture.commit()
        #expect(try figures(fixture).slaViolations == 1)
    }

    @Test("submissions count for a minute, decided ones too, and those of the minute before fade out")
    func submissionRate() throws {
        let fixture = try ViewsFixture()
        try fixture.open()
        for id in ["a", "b"] { try fixture.submit(id) }
        try fixture.decide(.approve(fixture.action()), on: "a")
        fixture.now = fixture.now + .seconds(59)
        try fixture.commit()
        #expect(try figures(fixture).submittedPerMinute(at: fixture.now) == 2)
        fixture.now = fixture.now + .seconds(31)
        try fixture.submit("c")
        try fixture.commit()
        #expect(try figures(fixture).submittedPerMinute(at: fixture.now) == 1 + 2 * 0.5)
        fixture.now = fixture.now + .seconds(60)
        #expect(try figures(fixture).submittedPerMinute(at: fixture.now) == 0.5)
        fixture.now = fixture.now + .seconds(30)
        #expect(try figures(fixture).submittedPerMinute(at: fixture.now) == 0)
    }

    @Test("they hold until a deadline passes, the minute ends, or the clock is set back")
    func holding() throws {
        let fixture = try ViewsFixture()
        try fixture.open()
        // Away from the end of a minute.
        fixture.now = fixture.now + .seconds(30)
        try fixture.submit("critical", risk: .critical)
        try fixture.commit()
        let deadline = fixture.now + .minutes(5)
        fixture.now = deadline + Interval(microseconds: -2)
        let before = try figures(fixture)
        #expect(before.hold(at: fixture.now) && before.hold(at: deadline))
        #expect(!before.hold(at: deadline + Interval(microseconds: 1)))
        #expect(!before.hold(at: fixture.now + Interval(microseconds: -1)))
        fixture.now = deadline + .minutes(1)
        let after = try figures(fixture)
        #expect(after.hold(at: fixture.now) && !after.hold(at: fixture.now + .minutes(1)))
    }

    @Test("the average review time is the mean over all operators' actions")
    func averageReview() throws {
        let fixture = try ViewsFixture()
        try fixture.open("s1", operatorID: "alice@host")
        try fixture.open("s2", operatorID: "bob@host")
        try fixture.submit("a")
        try fixture.submit("b")
        fixture.now = fixture.now + .seconds(10)
        try fixture.decide(.approve(fixture.action("s1")), on: "a")
        fixture.now = fixture.now + .seconds(30)
        try fixture.decide(.reject(fixture.action("s2"), reason: "no"), on: "b")
        try fixture.commit()
        #expect(try figures(fixture).averageReviewSeconds == 25)
    }

    @Test("reading as a task sees the same state")
    func asyncRead() async throws {
        let fixture = try ViewsFixture()
        try fixture.submit("a")
        try fixture.commit()
        let position = try await fixture.views.read { try $0.position() }
        #expect(position == 1)
        #expect(fixture.views.position == 1)
    }
}
