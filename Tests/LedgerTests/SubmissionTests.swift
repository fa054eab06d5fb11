import EventLog
import Governance
import Ledger
import Projections
import Testing
import VerdictTesting

@Suite struct SubmissionTests {
    @Test("a submission records one event, and the reply sees the decision in the views")
    func submit() async throws {
        let fixture = try LedgerFixture()
        let receipt = try await fixture.submit()
        #expect(receipt.eventTypes == ["decision.submitted.v1"])
        #expect(receipt.events.first?.recorded.actor == "agent:test")
        let decision = try #require(try await fixture.decision())
        #expect(decision.status == .pending)
        #expect(decision.isQueued)
        let submitted = receipt.first { event in
            if case .decision(.submitted(let submitted)) = event { submitted } else { nil }
        }
        #expect(submitted?.value.decisionID == "d1")
        #expect(submitted?.recorded.position == 1)
    }

    @Test("the same submission again appends nothing")
    func resubmission() async throws {
        let fixture = try LedgerFixture()
        try await fixture.submit()
        let again = try await fixture.submit()
        #expect(again.events.isEmpty)
        #expect(try fixture.eventTypes() == ["decision.submitted.v1"])
    }

    @Test("other content under the same id is refused while the decision waits")
    func otherContent() async throws {
        let fixture = try LedgerFixture()
        try await fixture.submit()
        let refusal = try await fixture.refusal(of: .submit(Sample.submission(target: "198.51.100.1")))
        #expect(refusal == .decisionExists("d1"))
        #expect(try fixture.eventTypes().count == 1)
    }

    @Test("the same submission after the verdict is refused, also when memory has forgotten it")
    func resolved() async throws {
        var fixture = try LedgerFixture()
        try await fixture.openSession()
        try await fixture.submit()
        try await fixture.reject()
        let expected = Refusal.decisionAlreadyResolved("d1", status: .rejected, version: 2)
        let refusal = try await fixture.refusal(of: .submit(Sample.submission()))
        #expect(refusal == expected)
        try await fixture.restart()
        let later = try await fixture.refusal(of: .submit(Sample.submission()))
        #expect(later == expected)
        #expect(try fixture.eventTypes().count == 3)
    }

    @Test("a full queue refuses, and takes again once somebody decides")
    func queueFull() async throws {
        let fixture = try LedgerFixture { $0.policy.queueCapacity = 2 }
        try await fixture.openSession()
        try await fixture.submit("a")
        try await fixture.submit("b")
        let refusal = try await fixture.refusal(of: .submit(Sample.submission("c")))
        #expect(refusal == .queueFull(capacity: 2))
        try await fixture.escalate("a")
        let stillFull = try await fixture.refusal(of: .submit(Sample.submission("c")))
        #expect(stillFull == .queueFull(capacity: 2))
        try await fixture.reject("a")
        try await fixture.submit("c")
        #expect(
            try fixture.eventTypes() == [
                "session.opened.v1", "decision.submitted.v1", "decision.submitted.v1", "decision.escalated.v1",
                "decision.rejected.v1", "decision.submitted.v1",
            ])
    }

    @Test("a cancellation ends a pending decision only")
    func cancel() async throws {
        let fixture = try LedgerFixture()
        try await fixture.openSession()
        try await fixture.submit("a")
        try await fixture.submit("b")
        let receipt = try await fixture.ledger.execute(.cancel(decisionID: "a", reason: "the host is gone"))
        #expect(receipt.eventTypes == ["decision.cancelled.v1"])
        #expect(receipt.events.first?.recorded.actor == "system:ledger")
        let status = try await fixture.status("a")
        #expect(status == .cancelled)
        try await fixture.escalate("b")
        let before = try fixture.eventTypes()
        for (id, expected) in [
            ("a", Refusal.illegalTransition("a", from: .cancelled, to: .cancelled)),
            ("b", .illegalTransition("b", from: .escalated, to: .cancelled)), ("c", .decisionNotFound("c")),
        ] {
            let refusal = try await fixture.refusal(of: .cancel(decisionID: id, reason: "no"))
            #expect(refusal == expected)
        }
        #expect(try fixture.eventTypes() == before)
    }

    @Test(
        "a full queue keeps nobody from hearing what became of a question that is in the log", .timeLimit(.minutes(1)))
    func queueFullAndKnown() async throws {
        var fixture = try LedgerFixture { $0.policy.queueCapacity = 1 }
        try await fixture.openSession()
        try await fixture.submit("d1")
        try await fixture.restart()
        #expect(try await fixture.submit("d1").events.isEmpty)
        try await fixture.approve("d1")
        try await fixture.submit("d2")
        try await fixture.restart()
        let refusal = try await fixture.refusal(of: .submit(Sample.submission("d1")))
        guard case .decisionAlreadyResolved("d1", .approved, _) = refusal else {
            Issue.record("\(String(describing: refusal))")
            return
        }
        #expect(try await fixture.refusal(of: .submit(Sample.submission("d3"))) == .queueFull(capacity: 1))
    }

    @Test("who asks the same in other letters that look alike has not asked the same")
    func lookAlike() async throws {
        let fixture = try LedgerFixture()
        var composed = Sample.submission("d1")
        composed.context.reasoning = "caf\u{E9}"
        var decomposed = composed
        decomposed.context.reasoning = "cafe\u{301}"
        #expect(composed.context == decomposed.context, "to Swift they are one text")
        _ = try await fixture.ledger.execute(.submit(composed))
        #expect(try await fixture.ledger.execute(.submit(composed)).events.isEmpty)
        #expect(try await fixture.refusal(of: .submit(decomposed)) == .decisionExists("d1"))
    }

    @Test(
        "at a time that no clock can mean nothing is recorded",
        arguments: ["1969-12-31T23:59:59Z", "9999-12-31T00:00:00Z"])
    func impossibleTime(moment: String) async throws {
        let fixture = try LedgerFixture()
        let before = fixture.time.now()
        fixture.time.move(to: try #require(Timestamp(rfc3339: moment)))
        let error = await #expect(throws: CommandError.self) { try await fixture.submit("d1") }
        #expect("\(error.map { "\($0)" } ?? "")".contains("no time to record anything at"))
        #expect(try fixture.eventTypes().isEmpty)
        fixture.time.move(to: before)
        try await fixture.submit("d1")
    }
}
