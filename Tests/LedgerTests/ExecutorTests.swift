import EventLog
import Governance
import Ledger
import Projections
import Testing
import VerdictTesting

@Suite struct ExecutorTests {
    struct NoRoute: Error, CustomStringConvertible {
        let description = "no route to the firewall"
    }

    private func fixture(executing executor: Executor?) throws -> LedgerFixture {
        try LedgerFixture { $0.executors["block_ip"] = executor }
    }

    @Test("an approved action is carried out, and its result is in the reply and in the views")
    func success() async throws {
        let fixture = try fixture { decision in ["blocked": .string(decision.target)] }
        try await fixture.openSession()
        try await fixture.submit()
        let receipt = try await fixture.approve(origin: Origin(requestID: "request-1"))
        #expect(receipt.eventTypes == ["decision.approved.v1", "decision.executed.v1"])
        let executed = try #require(receipt.events.last?.recorded)
        #expect(executed.actor == "system:executor")
        #expect(try EventMetadata(json: executed.metadata).correlationID == "request-1")
        let decision = try #require(try await fixture.decision())
        #expect(decision.status == .executed)
        #expect(decision.executionResult == #"{"blocked":"192.0.2.1"}"#)
        #expect(decision.operatorDecision == "approve")
        #expect(try fixture.eventTypes().count == 4)
    }

    @Test("an executor that throws does not undo the approval")
    func failure() async throws {
        let fixture = try fixture { _ in throw NoRoute() }
        try await fixture.openSession()
        try await fixture.submit()
        let receipt = try await fixture.approve()
        #expect(receipt.eventTypes == ["decision.approved.v1", "decision.execution_failed.v1"])
        let decision = try #require(try await fixture.decision())
        #expect(decision.status == .failed)
        #expect(decision.executionError == "no route to the firewall")
        let statistics = try await fixture.statistics()
        #expect(statistics.approved == 1)
    }

    @Test("without an executor an approval stays approved")
    func noExecutor() async throws {
        let fixture = try LedgerFixture { $0.executors["isolate_host"] = { _ in [:] } }
        try await fixture.openSession()
        try await fixture.submit()
        let receipt = try await fixture.approve()
        #expect(receipt.eventTypes == ["decision.approved.v1"])
        let status = try await fixture.status()
        #expect(status == .approved)
    }

    @Test("rejections and escalations carry nothing out")
    func otherVerdicts() async throws {
        let fixture = try fixture { _ in
            Issue.record("nobody approved")
            return [:]
        }
        try await fixture.openSession()
        try await fixture.submit()
        try await fixture.escalate()
        try await fixture.reject()
        #expect(try fixture.eventTypes().count == 4)
    }

    @Test("full automation runs at once and is never queued")
    func fullAutomation() async throws {
        let fixture = try fixture { _ in ["done": true] }
        let receipt = try await fixture.submit(risk: .low, automation: .full)
        #expect(receipt.eventTypes == ["decision.submitted.v1", "decision.executed.v1"])
        let decision = try #require(try await fixture.decision())
        #expect(decision.status == .executed)
        #expect(!decision.isQueued)
        #expect(decision.slaDeadline == nil)
    }

    @Test("full automation without an executor fails, and says why")
    func fullAutomationWithoutExecutor() async throws {
        let fixture = try LedgerFixture()
        let receipt = try await fixture.submit(risk: .low, automation: .full)
        #expect(receipt.eventTypes == ["decision.submitted.v1", "decision.execution_failed.v1"])
        let decision = try #require(try await fixture.decision())
        #expect(decision.status == .failed)
        #expect(decision.executionError == "No executor registered for action type: block_ip")
    }

    @Test("an outcome is recorded once, and only of what was to run")
    func recordExecution() async throws {
        let fixture = try LedgerFixture()
        try await fixture.openSession()
        try await fixture.submit()
        let command = Command.recordExecution(decisionID: "d1", .succeeded([:]))
        let early = try await fixture.refusal(of: command)
        #expect(early == .illegalTransition("d1", from: .pending, to: .executed))
        try await fixture.approve()
        let first = try await fixture.ledger.execute(command)
        #expect(first.eventTypes == ["decision.executed.v1"])
        let second = try await fixture.refusal(of: .recordExecution(decisionID: "d1", .failed("no")))
        #expect(second == .illegalTransition("d1", from: .executed, to: .failed))
        let unknown = try await fixture.refusal(of: .recordExecution(decisionID: "d9", .failed("no")))
        #expect(unknown == .decisionNotFound("d9"))
    }

    @Test("the verdict stands when the ledger closes before the outcome is known")
    func closedMeanwhile() async throws {
        let (running, isRunning) = AsyncStream<Void>.makeStream()
        let (going, goOn) = AsyncStream<Void>.makeStream()
        let fixture = try fixture { _ in
            isRunning.finish()
            for await _ in going {}
            return [:]
        }
        try await fixture.openSession()
        try await fixture.submit()
        async let receipt = fixture.approve()
        for await _ in running {}
        try await fixture.ledger.close()
        goOn.finish()
        let types = try await receipt.eventTypes
        #expect(types == ["decision.approved.v1"])
    }

    @Test("full automation that the end of the server interrupted is recorded as failed once, and not run again")
    func interrupted() async throws {
        let (running, isRunning) = AsyncStream<Void>.makeStream()
        let (going, goOn) = AsyncStream<Void>.makeStream()
        var fixture = try fixture { _ in
            isRunning.finish()
            for await _ in going {}
            return [:]
        }
        let before = fixture
        async let receipt = before.submit(risk: .low, automation: .full)
        for await _ in running {}
        try await fixture.restart()
        goOn.finish()
        _ = try await receipt
        let waiting = try await fixture.status()
        #expect(waiting == .pending)
        for _ in 0..<2 {
            let heard = HeardEvents(of: fixture.ledger)
            let ledger = fixture.ledger
            let clock = Task { await ledger.runClock() }
            if try fixture.eventTypes().count == 1 { await heard.wait(for: 2) }
            clock.cancel()
            await clock.value
            #expect(try fixture.eventTypes() == ["decision.submitted.v1", "decision.execution_failed.v1"])
            try await fixture.restart()
        }
        let decision = try #require(try await fixture.decision())
        #expect(decision.status == .failed)
        #expect(decision.executionError == "The server stopped before the outcome was recorded")
    }
}
