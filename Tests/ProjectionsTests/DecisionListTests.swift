import EventLog
import Governance
import Projections
import Testing

@Suite struct DecisionListTests {
    private static let statusSets: [[DecisionStatus]] =
        [[]] + DecisionStatus.allCases.map { [$0] } + [
            [.pending, .timeout, .escalated], [.approved, .rejected], [.pending, .executed, .failed, .cancelled],
        ]

    private static let riskSets: [[RiskLevel]] =
        [[]] + RiskLevel.allCases.map { [$0] } + [[.critical, .low], [.high, .medium, .low]]

    private static let pages = [(0, 1000), (0, 0), (0, 10), (5, 10), (40, 60), (150, 100), (299, 5), (5000, 10)]

    /// What waits in the order of the queue, then what is decided, newest first.
    private func naive(
        _ all: [FoldedDecision], _ statuses: [DecisionStatus], _ risks: [RiskLevel]
    ) -> [FoldedDecision] {
        let matching = all.filter { decision in
            (statuses.isEmpty || statuses.contains(decision.status)) && (risks.isEmpty || risks.contains(decision.risk))
        }
        let waiting = matching.filter(\.isQueued).sorted {
            ($0.risk.queueRank, $0.submitted) < ($1.risk.queueRank, $1.submitted)
        }
        let decided = matching.filter { !$0.isQueued }.sorted {
            ($0.resolved ?? 0, $0.submitted) > ($1.resolved ?? 0, $1.submitted)
        }
        return waiting + decided
    }

    @Test("every filter and every page shows what a fold of the log shows", arguments: [1, 2] as [UInt64])
    func pages(seed: UInt64) throws {
        let fixture = try ViewsFixture()
        try fixture.makeHistory(decisions: 300, seed: seed)
        let all = try FoldedDecision.all(in: fixture.log)
        #expect(Set(all.map(\.status)).count == DecisionStatus.allCases.count)
        try fixture.views.readNow { views throws in
            for statuses in Self.statusSets {
                for risks in Self.riskSets {
                    let expected = naive(all, statuses, risks)
                    let filter = DecisionFilter(statuses: statuses, riskLevels: risks)
                    for (offset, limit) in Self.pages {
                        let page = try views.decisions(filter, limit: limit, offset: offset)
                        let question: Comment = "\(statuses) \(risks) from \(offset), at most \(limit)"
                        #expect(page.total == expected.count, question)
                        let wanted = expected.dropFirst(offset).prefix(limit)
                        #expect(page.decisions.map(\.decisionID) == wanted.map(\.id), question)
                        #expect(page.decisions.map(\.status) == wanted.map(\.status), question)
                    }
                }
            }
        }
    }

    @Test("pages laid side by side show every decision once")
    func everyDecisionOnce() throws {
        let fixture = try ViewsFixture()
        try fixture.makeHistory(decisions: 120, seed: 3)
        let ids = try fixture.views.readNow { views throws in
            try stride(from: 0, to: 120, by: 7).flatMap { offset in
                try views.decisions(DecisionFilter(), limit: 7, offset: offset).decisions.map(\.decisionID)
            }
        }
        #expect(ids.count == 120)
        #expect(Set(ids).count == 120)
    }

    @Test("a filter that names a status or a level twice means it once")
    func repeatedNames() throws {
        let fixture = try ViewsFixture()
        try fixture.makeHistory(decisions: 60, seed: 4)
        let once = DecisionFilter(statuses: [.approved, .pending], riskLevels: [.high, .low, .medium])
        let twice = DecisionFilter(
            statuses: [.approved, .pending, .approved], riskLevels: [.high, .low, .high, .medium])
        try fixture.views.readNow { views throws in
            let wanted = try views.decisions(once, limit: 9, offset: 2)
            let page = try views.decisions(twice, limit: 9, offset: 2)
            #expect(page.total == wanted.total)
            #expect(page.decisions.map(\.decisionID) == wanted.decisions.map(\.decisionID))
        }
    }

    @Test("an offset beyond all decisions is an empty page, however large", arguments: [60, 1 << 40, Int.max])
    func offsetBeyondTheEnd(offset: Int) throws {
        let fixture = try ViewsFixture()
        try fixture.makeHistory(decisions: 60, seed: 5)
        let page = try fixture.views.readNow { try $0.decisions(DecisionFilter(), limit: 100, offset: offset) }
        #expect(page.decisions.isEmpty)
        #expect(page.total == 60)
    }

    @Test("a limit as large as numbers go is no limit")
    func largestLimit() throws {
        let fixture = try ViewsFixture()
        try fixture.makeHistory(decisions: 60, seed: 6)
        let page = try fixture.views.readNow { try $0.decisions(DecisionFilter(), limit: .max, offset: 10) }
        #expect(page.decisions.count == 50)
    }

    @Test("the counts are those of a fold of the log")
    func counts() throws {
        let fixture = try ViewsFixture()
        try fixture.makeHistory(decisions: 300, seed: 7)
        struct Lane: Hashable {
            let status: DecisionStatus
            let risk: RiskLevel
            let isQueued: Bool
            let isAnswered: Bool
        }
        let expected = try FoldedDecision.all(in: fixture.log).reduce(into: [Lane: Int]()) { counts, decision in
            let lane = Lane(
                status: decision.status, risk: decision.risk, isQueued: decision.isQueued,
                isAnswered: decision.answer != nil)
            counts[lane, default: 0] += 1
        }
        let counts = try fixture.views.readNow { try $0.decisionCounts() }
        let found = counts.map { count in
            (
                Lane(
                    status: count.status, risk: count.riskLevel, isQueued: count.isQueued, isAnswered: count.isAnswered),
                count.count
            )
        }
        #expect(Dictionary(uniqueKeysWithValues: found) == expected)
    }

    @Test("the queue names pending ones first, lane by lane, first in, first out")
    func queueOrder() throws {
        let fixture = try ViewsFixture()
        try fixture.makeHistory(decisions: 300, seed: 8)
        let expected = try FoldedDecision.all(in: fixture.log).filter(\.isQueued).sorted { left, right in
            (left.status == .pending ? 0 : 1, left.risk.queueRank, left.submitted)
                < (right.status == .pending ? 0 : 1, right.risk.queueRank, right.submitted)
        }
        let entries = try fixture.views.readNow { try $0.queueEntries() }
        #expect(entries.map(\.decisionID) == expected.map(\.id))
        #expect(entries.map(\.status) == expected.map(\.status))
        #expect(entries.map(\.queueRank) == expected.map(\.risk.queueRank))
        #expect(entries.map(\.position) == expected.map(\.submitted))
    }
}
