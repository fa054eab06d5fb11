import EventLog
import Governance
import Ledger
import Projections
import Testing
import VerdictTesting

/// Twenty-four hours with work every hour and a restart every third one (golden-path 2.5).
@Suite("A day and a night")
struct DayTests {
    /// How far the clock moves between two looks of the server.
    private static let step = Interval.seconds(20)
    private static let restartHours = 3

    /// What the log says of a decision, in order.
    private static func story(of id: String, in fixture: LedgerFixture) throws -> [RecordedEvent] {
        let stream = GovernanceEvent.decisionStream(id)
        return try fixture.ledger.log.read(streams: [stream])[stream] ?? []
    }

    /// Lets time pass in steps, as the server's clock would.
    private static func live(_ fixture: LedgerFixture, until moment: Timestamp) async throws {
        while fixture.time.now() < moment {
            fixture.time.advance(by: step)
            try await fixture.ledger.passTime()
        }
    }

    @Test("nothing is lost, and every deadline passes once, at its time or when the server is there again")
    func day() async throws {
        var fixture = try LedgerFixture()
        let start = fixture.time.now()
        try await fixture.submit("throughout", risk: .low)
        var downtimes: [ClosedRange<Timestamp>] = []
        for hour in 0..<24 {
            let begin = start + .hours(hour)
            try await fixture.openSession(id: "session-\(hour)")
            for risk in [RiskLevel.low, .medium, hour % 3 == 0 ? .critical : .high] {
                try await fixture.submit("late-\(hour)-\(risk.rawValue)", risk: risk)
                try await fixture.submit("answered-\(hour)-\(risk.rawValue)", risk: risk)
            }
            try await Self.live(fixture, until: begin + .seconds(120))
            for risk in [RiskLevel.low, .medium, hour % 3 == 0 ? .critical : .high] {
                try await fixture.approve("answered-\(hour)-\(risk.rawValue)", in: "session-\(hour)")
            }
            if hour % Self.restartHours == Self.restartHours - 1 {
                // Most deadlines of this hour are due while nobody is there.
                let end = begin + .seconds(1200)
                let time = fixture.time
                try await fixture.restart { _ in time.move(to: end) }
                downtimes.append(begin + .seconds(120)...end)
                try await fixture.ledger.passTime()
            }
            try await Self.live(fixture, until: begin + .hours(1))
        }

        try await fixture.openSession(id: "session-24", role: "security_manager")
        try await fixture.approve("throughout", in: "session-24")
        try check(fixture, hours: 0..<24, downtimes)
        let waiting = try await fixture.ledger.views.read { try $0.queueEntries().count }
        #expect(waiting == 24 * 3)
        let end = fixture.time.now()
        let statistics = try await fixture.ledger.views.read { try $0.operatorStatistics("alice@host", at: end) }
        #expect(statistics.approved == 24 * 3 + 1)
        let last = try fixture.ledger.log.lastPosition
        try await fixture.restart()
        try await fixture.ledger.passTime()
        #expect(try fixture.ledger.log.lastPosition == last)
    }

    private func check(_ fixture: LedgerFixture, hours: Range<Int>, _ downtimes: [ClosedRange<Timestamp>]) throws {
        var lateCount = 0
        for hour in hours {
            for risk in RiskLevel.allCases {
                let answered = try Self.story(of: "answered-\(hour)-\(risk.rawValue)", in: fixture)
                #expect([[], ["decision.submitted.v1", "decision.approved.v1"]].contains(answered.map(\.type)))
                let late = try Self.story(of: "late-\(hour)-\(risk.rawValue)", in: fixture)
                guard let submitted = late.first else { continue }
                lateCount += 1
                #expect(
                    late.map(\.type) == [
                        "decision.submitted.v1", "decision.sla_warned.v1", "decision.timed_out.v1",
                        "decision.escalated.v1",
                    ])
                let deadline = submitted.recordedAt + GovernancePolicy().sla(for: risk)
                let due = downtimes.first { $0.contains(deadline) }?.upperBound ?? deadline
                let timedOut = try #require(late.first { $0.type == "decision.timed_out.v1" }).recordedAt
                #expect(timedOut >= due && timedOut <= due + Self.step, "\(hour) \(risk): \(timedOut) instead of \(due)")
            }
        }
        #expect(lateCount == hours.count * 3)
    }
}
