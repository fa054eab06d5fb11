import EventLog
import Testing
import VerdictTesting

@testable import Governance

/// Deadlines, warnings and violations (governance-api 7.4).
@Suite("The SLA of a decision")
struct SLATests {
    private static let withoutEscalation: GovernancePolicy = {
        var policy = GovernancePolicy()
        policy.escalatesOnTimeout = false
        return policy
    }()

    static let table: [(RiskLevel, Int, String)] = [
        (.critical, 300, "ciso"), (.high, 600, "security_manager"), (.medium, 900, "soc_supervisor"),
        (.low, 1800, "soc_supervisor"),
    ]

    @Test("the deadline and the warning at 75 % follow from the risk", arguments: table)
    func deadlines(risk: RiskLevel, seconds: Int, target: String) throws {
        let state = try #require(try GivenDecision.submitted(Sample.submission(risk: risk)).state)
        #expect(state.slaDeadline == .noon + .seconds(seconds))
        #expect(state.warnAt == .noon + .seconds(seconds * 3 / 4))
        #expect(state.createdAt == .noon)
    }

    @Test("a deadline of the program's own counts instead", arguments: [0.000_001, 1, 7200] as [Double])
    func override(seconds: Double) throws {
        let submission = Sample.submission(risk: .critical, sla: .seconds(seconds))
        let state = try #require(try GivenDecision.submitted(submission).state)
        #expect(state.slaDeadline == .noon + .seconds(seconds))
        #expect(state.warnAt == .noon + Interval(microseconds: Int64(seconds * 750_000)))
    }

    @Test("the fraction of the warning is a setting")
    func warningFraction() throws {
        var policy = GovernancePolicy()
        policy.warningFraction = 0.5
        #expect(try GivenDecision.submitted(policy: policy).state?.warnAt == .noon + .minutes(5))
    }

    @Test("the warning comes at 75 %, not a microsecond earlier, and once", arguments: table)
    func warning(risk: RiskLevel, seconds: Int, target: String) throws {
        let given = try GivenDecision.submitted(Sample.submission(risk: risk))
        let due = Timestamp.noon + .seconds(seconds * 3 / 4)
        let notice = DeadlineNotice(
            decisionID: "d1", riskLevel: risk, actionType: .blockIP, slaDeadline: .noon + .seconds(seconds))

        #expect(given.when(.warn, at: Timestamp(microseconds: due.microseconds - 1)) == .success([]))
        #expect(given.when(.warn, at: due) == .success([.slaWarned(notice)]))

        let warned = try given.and(.warn, at: due)
        #expect(warned.state?.isWarned == true)
        #expect(warned.state?.status == .pending)
        #expect(warned.when(.warn, at: due) == .success([]))
        #expect(warned.when(.warn, at: due + .hours(1)) == .success([]))
    }

    @Test("after the deadline, not at it, a decision times out, once", arguments: table)
    func timeout(risk: RiskLevel, seconds: Int, target: String) throws {
        let given = try GivenDecision.submitted(Sample.submission(risk: risk), policy: Self.withoutEscalation)
        let deadline = Timestamp.noon + .seconds(seconds)
        let notice = DeadlineNotice(decisionID: "d1", riskLevel: risk, actionType: .blockIP, slaDeadline: deadline)

        #expect(given.when(.timeOut, at: deadline) == .success([]))
        #expect(given.when(.timeOut, at: deadline + Timestamp.oneMicrosecond) == .success([.timedOut(notice)]))

        let timedOut = try given.and(.timeOut, at: deadline + .seconds(1))
        #expect(timedOut.state?.status == .timeout)
        #expect(timedOut.state?.isQueued == true)
        #expect(
            timedOut.when(.timeOut, at: deadline + .seconds(2))
                == .failure(.illegalTransition("d1", from: .timeout, to: .timeout)))
    }

    @Test(
        "with auto-escalation the decision is escalated to the target of its risk in the same breath", arguments: table)
    func autoEscalation(risk: RiskLevel, seconds: Int, target: String) throws {
        let given = try GivenDecision.submitted(Sample.submission(risk: risk))
        let deadline = Timestamp.noon + .seconds(seconds)
        let events = try given.when(.timeOut, at: deadline + .hours(5)).get()

        #expect(events.map(\.type) == [.timedOut, .escalated])
        let escalated = try #require(given.when(.timeOut, at: deadline + .hours(5)).escalation)
        #expect(escalated.type == .timeout)
        #expect(escalated.fromRole == "unassigned")
        #expect(escalated.toRole == target)
        #expect(escalated.requestedTarget == nil)
        #expect(escalated.reason == "SLA deadline \(deadline.rfc3339) passed")
        #expect(escalated.verdict == nil)

        let after = try given.and(.timeOut, at: deadline + .seconds(1))
        #expect(after.state?.status == .escalated)
        #expect(after.state?.version == 3)
        #expect(try after.and(.approve(.alice()), at: deadline + .seconds(2)).state?.status == .approved)
    }

    @Test("a warning that was missed is given before the timeout, both in order")
    func lateWarning() throws {
        let late = Timestamp.noon + .hours(3)
        let given = try GivenDecision.submitted().and(.warn, at: late).and(.timeOut, at: late)
        #expect(given.events.map(\.type) == [.submitted, .slaWarned, .timedOut, .escalated])
    }

    @Test("the clock has something to say at the warning, then at the deadline, then never")
    func dueAt() throws {
        let submitted = try GivenDecision.submitted()
        #expect(submitted.state?.dueAt == .noon + .seconds(450))
        let warned = try submitted.and(.warn, at: .noon + .seconds(450))
        #expect(warned.state?.dueAt == .noon + .seconds(600))
        #expect(try warned.and(.timeOut, at: .noon + .seconds(601)).state?.dueAt == nil)
        for status in DecisionStatus.allCases where status != .pending {
            #expect(try GivenDecision.inStatus(status).state?.dueAt == nil)
        }
    }

    @Test("a decision that needs no human has no deadline, and the clock leaves it alone")
    func fullAutomation() throws {
        let given = try GivenDecision.submitted(Sample.submission(risk: .low, automation: .full))
        let state = try #require(given.state)
        #expect(state.slaDeadline == nil)
        #expect(state.warnAt == nil)
        #expect(state.dueAt == nil)
        #expect(
            given.when(.timeOut, at: .noon + .hours(9))
                == .failure(.illegalTransition("d1", from: .pending, to: .timeout)))
    }

    @Test("a decision whose record names no deadline is neither warned nor timed out")
    func withoutDeadline() throws {
        var submitted = try #require(GivenDecision().when(.submit(Sample.submission()), at: .noon).submitted)
        submitted.slaDeadline = nil
        submitted.warnAt = nil
        var given = GivenDecision([.submitted(submitted)])
        #expect(given.when(.warn, at: .noon + .hours(9)) == .success([]))
        #expect(given.when(.timeOut, at: .noon + .hours(9)) == .success([]))
        submitted.warnAt = .noon
        given = GivenDecision([.submitted(submitted)])
        #expect(given.when(.warn, at: .noon + .hours(9)) == .success([]))
    }
}
