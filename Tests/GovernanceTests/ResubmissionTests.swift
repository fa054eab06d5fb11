import EventLog
import Testing
import VerdictTesting

@testable import Governance

@Suite("Submitting a decision again")
struct ResubmissionTests {
    private func resubmit(
        _ submission: Submission, to given: GivenDecision, queueSize: Int = 0
    ) throws -> Result<[DecisionEvent], Refusal> {
        guard case .submitted(let earlier) = given.events.first else { return .success([]) }
        return given.when(
            .submit(submission, earlier: earlier, queueSize: queueSize), at: .noon + .minutes(1))
    }

    @Test(
        "whoever repeats himself while the decision waits has what he wants",
        arguments: [DecisionStatus.pending, .escalated, .timeout])
    func identical(status: DecisionStatus) throws {
        let given = try GivenDecision.inStatus(status)
        #expect(try resubmit(Sample.submission(), to: given) == .success([]))
    }

    @Test("a repetition needs no room in a full queue")
    func identicalInFullQueue() throws {
        var policy = GovernancePolicy()
        policy.queueCapacity = 1
        let given = try GivenDecision.submitted(policy: policy)
        #expect(try resubmit(Sample.submission(), to: given, queueSize: 1) == .success([]))
    }

    @Test("who asks, and how soon, may differ in a repetition")
    func otherCircumstances() throws {
        var submission = Sample.submission(sla: .seconds(5))
        submission.submittedBy = "agent:other"
        #expect(try resubmit(submission, to: try GivenDecision.submitted()) == .success([]))
    }

    @Test("what a person may be looking at is not exchanged")
    func different() throws {
        var contexts = [DecisionContext](repeating: Sample.submission().context, count: 7)
        contexts[0].actionType = .deleteData
        contexts[1].actionParams["target"] = "198.51.100.1"
        contexts[2].reasoning = "other"
        contexts[3].confidence = JSONNumber(0.1)
        contexts[4].threatScore = JSONNumber(0.1)
        contexts[5].threatType = "other"
        contexts[6].metadata["k"] = 1
        var submissions = contexts.map { context in
            var submission = Sample.submission()
            submission.context = context
            return submission
        }
        submissions.append(Sample.submission(risk: .low))
        submissions.append(Sample.submission(automation: .manual))

        for submission in submissions {
            for status in [DecisionStatus.pending, .escalated, .timeout] {
                let given = try GivenDecision.inStatus(status)
                #expect(try resubmit(submission, to: given) == .failure(.decisionExists("d1")))
            }
        }
    }

    @Test("without the earlier submission at hand nothing is taken for a repetition")
    func unknownEarlier() throws {
        let given = try GivenDecision.submitted()
        #expect(given.when(.submit(Sample.submission()), at: .noon) == .failure(.decisionExists("d1")))
    }

    @Test(
        "after its resolution the id is taken, whatever is submitted",
        arguments: [DecisionStatus.approved, .rejected, .executed, .failed, .cancelled])
    func resolved(status: DecisionStatus) throws {
        let given = try GivenDecision.inStatus(status)
        let version = try #require(given.state?.version)
        let refusal = Refusal.decisionAlreadyResolved("d1", status: status, version: version)
        #expect(try resubmit(Sample.submission(), to: given) == .failure(refusal))
        #expect(try resubmit(Sample.submission(risk: .low), to: given) == .failure(refusal))
    }

    @Test("a decision that needs no human is not submitted twice either")
    func fullAutomation() throws {
        let submission = Sample.submission(risk: .low, automation: .full)
        let given = try GivenDecision.submitted(submission)
        #expect(
            try resubmit(submission, to: given)
                == .failure(.decisionAlreadyResolved("d1", status: .pending, version: 1)))
    }
}
