import EventLog
import Foundation
import Governance
import Ledger
import Projections
import Testing
import VerdictTesting

@Suite struct RunClockTests {
    /// Runs the clock of a ledger while the body moves the time.
    private func whileClockRuns(of fixture: LedgerFixture, _ body: () async throws -> Void) async throws {
        let ledger = fixture.ledger
        let clock = Task { await ledger.runClock() }
        await fixture.time.someoneWaits()
        try await body()
        clock.cancel()
        await clock.value
    }

    /// Moves the time and returns when the clock has said what it has to say.
    private func advance(_ fixture: LedgerFixture, by interval: Interval) async {
        fixture.time.advance(by: interval)
        await fixture.time.someoneWaits()
    }

    @Test("the clock looks every second, says what is due, and stops when it is cancelled")
    func everySecond() async throws {
        let fixture = try LedgerFixture()
        try await fixture.submit(risk: .critical)
        try await whileClockRuns(of: fixture) { () async throws in
            await advance(fixture, by: .seconds(224))
            #expect(try fixture.eventTypes().count == 1)
            await advance(fixture, by: .seconds(1))
            #expect(try fixture.eventTypes().last == "decision.sla_warned.v1")
            await advance(fixture, by: .seconds(75))
            #expect(try fixture.eventTypes().count == 2)
            await advance(fixture, by: .seconds(1))
            #expect(try fixture.eventTypes().suffix(2) == ["decision.timed_out.v1", "decision.escalated.v1"])
            await advance(fixture, by: .hours(1))
            #expect(try fixture.eventTypes().count == 4)
        }
        fixture.time.advance(by: .hours(1))
        #expect(try fixture.eventTypes().count == 4)
    }

    @Test("what passed while nobody ran the clock is said at its start")
    func atStart() async throws {
        let fixture = try LedgerFixture()
        try await fixture.submit()
        fixture.time.advance(by: .hours(1))
        try await whileClockRuns(of: fixture) { () async throws in
            #expect(try fixture.eventTypes().count == 4)
        }
    }

    @Test("a clock that cannot do its work tries again")
    func triesAgain() async throws {
        let fixture = try LedgerFixture()
        try await fixture.submit()
        fixture.time.advance(by: .minutes(8))
        let log = BrokenTable.log(in: fixture.directory)
        try log.break()
        try await whileClockRuns(of: fixture) { () async throws in
            #expect(fixture.ledger.health.trouble != nil)
            await advance(fixture, by: .seconds(1))
            #expect(try fixture.eventTypes().count == 1)
            try log.repair()
            await advance(fixture, by: .seconds(1))
            #expect(try fixture.eventTypes() == ["decision.submitted.v1", "decision.sla_warned.v1"])
        }
        #expect(fixture.ledger.health.trouble == nil)
    }

    @Test("an interrupted execution that cannot be recorded does not stop the clock")
    func interruptedExecution() async throws {
        let fixture = try LedgerFixture()
        let submission = Sample.submission("auto", risk: .low, automation: .full)
        let decided = Decision.decide(
            .submit(submission, earlier: nil, queueSize: 0), on: "auto", in: nil, policy: GovernancePolicy(),
            at: fixture.time.now())
        try fixture.appendForeign(try decided.get().map { .decision($0) })
        try await fixture.openSession()
        let log = BrokenTable.log(in: fixture.directory)
        try log.break()
        try await whileClockRuns(of: fixture) { () async throws in
            try log.repair()
            try await fixture.submit()
            await advance(fixture, by: .minutes(8))
            #expect(try fixture.eventTypes().last == "decision.sla_warned.v1")
        }
        try await whileClockRuns(of: fixture) { () async throws in
            #expect(try fixture.eventTypes().last == "decision.execution_failed.v1")
        }
    }
}
