import EventLog
import Governance
import Ledger
import Projections
import Testing
import VerdictTesting

@Suite struct RaceTests {
    @Test("of 64 who act on the same decisions at once, one ends each, and the statistics are a fold of the log")
    func oneOutcome() async throws {
        let fixture = try LedgerFixture()
        let decisions = (0..<8).map { "d\($0)" }
        for session in 0..<4 { try await fixture.openSession("operator-\(session)", id: "session-\(session)") }
        for decision in decisions { try await fixture.submit(decision) }
        let start = try fixture.eventTypes().count

        let accepted = try await withThrowingTaskGroup(of: Int.self) { group in
            for task in 0..<64 {
                group.addTask {
                    var accepted = 0
                    for (place, decision) in decisions.enumerated() {
                        let verdict = Verdict.allCases[(task + place) % 3]
                        let command = verdict.command(decision, in: "session-\(task % 4)")
                        switch try await fixture.refusal(of: command) {
                        case nil: accepted += 1
                        case .decisionAlreadyResolved(decision, _, _): break
                        case let other: Issue.record("unexpected refusal: \(String(describing: other))")
                        }
                    }
                    return accepted
                }
            }
            return try await group.reduce(0, +)
        }

        let events = try fixture.ledger.log.read(from: start + 1, limit: .max)
        #expect(events.count == accepted)
        var terminal: [String: Int] = [:]
        var folded: [String: [Verdict: Int]] = [:]
        for recorded in events {
            let verdict = try #require(Verdict.allCases.first { $0.eventType == recorded.type })
            folded[String(recorded.actor.dropFirst("operator:".count)), default: [:]][verdict, default: 0] += 1
            if verdict != .escalate { terminal[recorded.stream.text, default: 0] += 1 }
        }
        #expect(terminal == Dictionary(uniqueKeysWithValues: decisions.map { ("decision/\($0)", 1) }))
        for session in 0..<4 {
            let statistics = try await fixture.statistics("operator-\(session)")
            let expected = folded["operator-\(session)"] ?? [:]
            #expect(statistics.approved == expected[.approve, default: 0])
            #expect(statistics.rejected == expected[.reject, default: 0])
            #expect(statistics.escalated == expected[.escalate, default: 0])
        }
        for decision in decisions {
            let row = try await fixture.decision(decision)
            #expect(row?.isQueued == false)
        }
    }

    @Test("hundreds of commands that wait are one batch, and each gets its own events")
    func oneBatch() async throws {
        let fixture = try LedgerFixture { $0.commandQueueMax = 399 }
        let heard = HeardEvents(of: fixture.ledger)
        let commands = (0..<400).map { (Command.submit(Sample.submission("d\($0)")), Origin()) }
        let receipts = try await fixture.inOneBatch(commands).compactMap(\.receipt)
        #expect(receipts.allSatisfy { $0.eventTypes == ["decision.submitted.v1"] })
        #expect(receipts.flatMap(\.positions).sorted() == Array(2...400))
        #expect(Set(receipts.compactMap { $0.events.first?.recorded.stream }).count == 399)
        await heard.wait(for: 1 + receipts.count)
        #expect(heard.batches.map(\.count) == [1, 399])
        #expect(heard.positions == Array(1...400))
        let total = try await fixture.ledger.views.read {
            try $0.decisions(DecisionFilter(), limit: 1, offset: 0).total
        }
        #expect(total == 399)
    }

    @Test("in one batch as in many: one of the same submissions is recorded, one verdict counts")
    func sameInOneBatch() async throws {
        let fixture = try LedgerFixture { $0.commandQueueMax = 59 }
        try await fixture.openSession()
        let same = Command.submit(Sample.submission())
        let submissions = try await fixture.inOneBatch(Array(repeating: (same, Origin()), count: 60))
        #expect(submissions.compactMap(\.receipt).map(\.events.count).sorted() == Array(repeating: 0, count: 58) + [1])
        let verdicts = (0..<60).map { (Verdict.allCases[$0 % 2].command(), Origin()) }
        let answers = try await fixture.inOneBatch(verdicts, holdingBy: "session-held-2")
        #expect(answers.count { $0.receipt != nil } == 1)
        #expect(answers.count { $0.refusal != nil } == 58)
        let statistics = try await fixture.statistics()
        #expect(statistics.reviewed == 1)
    }

    @Test("the clock and the writer may bring the views to the end of the log at once: every event counts once")
    func clockBesideWriter() async throws {
        let fixture = try LedgerFixture()
        try await fixture.openSession()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<100 {
                group.addTask {
                    try await fixture.submit("d\(index)")
                    try await fixture.approve("d\(index)")
                }
                group.addTask { try await fixture.ledger.passTime() }
            }
            try await group.waitForAll()
        }
        let statistics = try await fixture.statistics()
        #expect(statistics.approved == 100)
        let deadLetters = try await fixture.ledger.views.read { try $0.deadLetterCount() }
        #expect(deadLetters == 0)
    }
}
