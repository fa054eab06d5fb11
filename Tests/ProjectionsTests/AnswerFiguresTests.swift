import EventLog
import Governance
import Projections
import Testing
import VerdictTesting

/// The figures about questions and answers against a fold of the log.
@Suite struct AnswerFiguresTests {
    @Test("the figures are those of a fold of the log")
    func figures() throws {
        let fixture = try ViewsFixture()
        try fixture.makeHistory(decisions: 300, seed: 11)
        let all = try FoldedDecision.all(in: fixture.log)
        let answered = all.filter { $0.answer != nil }
        let pending = all.filter { $0.isQueued && $0.answer == nil }
        let now = fixture.now
        let figures = try fixture.views.readNow { try $0.answerFigures(at: now) }
        #expect(!answered.isEmpty && !pending.isEmpty)
        #expect(figures.total == all.count)
        #expect(figures.approved == answered.count { $0.answer == "approve" })
        #expect(figures.rejected == answered.count { $0.answer == "reject" })
        #expect(figures.escalated == answered.count { $0.answer == "escalate" })
        let times = answered.map { ($0.answeredAt ?? now) - $0.createdAt }
        let milliseconds: Int64 = times.reduce(0) { $0 + $1.microseconds / 1000 }
        #expect(figures.responseSeconds == Double(milliseconds) / 1000)
        for risk in RiskLevel.allCases {
            #expect(figures.pending[risk] ?? 0 == pending.count { $0.risk == risk })
        }
        #expect(figures.oldestPending == pending.map(\.createdAt).min())
        let cut = now - Interval.hours(24)
        #expect(figures.lastDay == all.count { $0.createdAt > cut })
    }

    @Test(
        "times that nobody can mean count as a year, so the sums of a great many fit into their columns",
        arguments: [1, 9999])
    func impossibleTimes(year: Int) throws {
        let fixture = try ViewsFixture()
        let asked = try #require(Timestamp(rfc3339: year == 1 ? "0001-01-01T00:00:00Z" : "9999-12-31T00:00:00Z"))
        try fixture.open()
        for number in 0..<200 {
            var submission = Sample.submission("d\(number)")
            submission.requestedAt = asked
            try fixture.decide(.submit(submission, earlier: nil, queueSize: 0), on: "d\(number)")
            try fixture.decide(.approve(fixture.action()), on: "d\(number)")
        }
        try fixture.commit()
        for _ in 1...2 {
            #expect(try fixture.views.readNow { try $0.deadLetters(limit: 1) }.isEmpty)
            let figures = try fixture.views.readNow { try $0.answerFigures(at: fixture.now) }
            #expect(figures.approved == 200)
            #expect(abs(figures.responseSeconds) == Double(200 * 366 * 86_400))
            // The same from a build.
            try fixture.reopenAnew()
        }
    }

    @Test("questions without an answer come by level, then by age")
    func unanswered() throws {
        let fixture = try ViewsFixture()
        try fixture.makeHistory(decisions: 300, seed: 12)
        let expected = try FoldedDecision.all(in: fixture.log).filter { $0.isQueued && $0.answer == nil }
            .sorted {
                ($0.risk.queueRank, $0.createdAt, $0.submitted) < ($1.risk.queueRank, $1.createdAt, $1.submitted)
            }
        let found = try fixture.views.readNow { try $0.unanswered(limit: 1000) }
        #expect(found.map(\.decisionID) == expected.map(\.id))
        let high = try fixture.views.readNow { try $0.unanswered(at: .high, limit: 5) }
        #expect(high.map(\.decisionID) == expected.filter { $0.risk == .high }.prefix(5).map(\.id))
    }
}
