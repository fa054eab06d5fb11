import EventLog
import Testing
import VerdictTesting

@testable import Governance

@Suite("Submitting a decision")
struct SubmissionTests {
    private func submit(
        _ submission: Submission, queueSize: Int = 0, policy: GovernancePolicy = GovernancePolicy()
    ) -> Result<[DecisionEvent], Refusal> {
        GivenDecision(policy: policy).when(.submit(submission, earlier: nil, queueSize: queueSize), at: .noon)
    }

    @Test("what was submitted is recorded as it was said, with what follows from it")
    func recorded() throws {
        let submission = Sample.submission(risk: .high)
        let expected = DecisionSubmitted(
            decisionID: "d1", riskLevel: .high, automationLevel: .supervised, context: submission.context,
            submittedBy: "agent:test", priorityScore: 0.75 + 0.1 * 0.8 + 0.05 * 0.9, createdAt: .noon,
            slaDeadline: .noon + .minutes(10), warnAt: .noon + .seconds(450))
        #expect(submit(submission) == .success([.submitted(expected)]))
    }

    @Test("what a program leaves out has the defaults of the contract (governance-api 6.1 and 7.5)")
    func defaults() throws {
        let submission = Submission(decisionID: "d1")
        #expect(submission.riskLevel == .high)
        #expect(submission.automation == .requested(.supervised))
        #expect(submission.slaOverride == nil)
        #expect(submission.context.actionType == .blockIP)
        #expect(submission.context.actionParams.isEmpty)
        #expect(submission.context.reasoning == "")
        #expect(submission.context.confidence.double == 0)
        #expect(submission.context.threatScore.double == 0)
        #expect(submission.context.threatType == "unknown")
        #expect(submission.context.metadata.isEmpty)
        #expect(submission.context.target == "unknown")
        #expect(submission.context.recommendedAction == "review")
    }

    @Test(
        "target and recommended action are read off the parameters (governance-api 5.2)",
        arguments: [
            ("192.0.2.1", "192.0.2.1"), ("", ""), (nil, nil), (["a", 1], #"["a",1]"#), (8.5, "8.5"), (true, "true"),
        ] as [(JSON, String?)])
    func targetAndAction(value: JSON, text: String?) {
        let params = JSONObject([.init(key: "target", value: value), .init(key: "action", value: value)])
        let context = DecisionContext(actionParams: params)
        #expect(context.target == text ?? "unknown")
        #expect(context.recommendedAction == text ?? "review")
    }

    @Test("the 28 actions have the names of the contract")
    func actionTypes() {
        let names = """
            isolate_host block_ip block_domain block_port throttle_connection reset_connection quarantine_file \
            delete_file kill_process suspend_process disable_user lock_account reset_password encrypt_data backup_data \
            delete_data archive_logs exfiltrate_prevention collect_forensics capture_memory snapshot_vm capture_network \
            collect_logs send_alert create_ticket notify_team escalate_incident update_threat_intel
            """
        #expect(ActionType.allCases.map(\.rawValue) == names.split(separator: " ").map(String.init))
    }

    @Test("the words of statuses, risks, levels and escalation types are those of the contract")
    func words() {
        let statuses = ["pending", "approved", "rejected", "executed", "failed", "timeout", "escalated", "cancelled"]
        #expect(Set(DecisionStatus.allCases.map(\.rawValue)) == Set(statuses))
        #expect(Set(RiskLevel.allCases.map(\.rawValue)) == ["low", "medium", "high", "critical"])
        #expect(Set(AutomationLevel.allCases.map(\.rawValue)) == ["full", "supervised", "advisory", "manual"])
        let types = [
            "timeout", "high_risk", "multiple_rejections", "operator_request", "stale_decision", "system_override",
        ]
        #expect(Set(EscalationType.allCases.map(\.rawValue)) == Set(types))
        #expect(Set(NotificationChannel.allCases.map(\.rawValue)) == ["email", "sms", "chat"])
    }

    @Test(
        "the level is the one asked for, or follows from the policy",
        arguments: [
            (.requested(.advisory), .critical, "1", .advisory), (.requested(.full), .high, "1", .supervised),
            (.requested(.full), .critical, "1", .manual), (.requested(.full), .low, "0", .full),
            (.byPolicy, .low, "0.99", .full), (.byPolicy, .low, "0.7", .advisory), (.byPolicy, .high, "1", .supervised),
            (.byPolicy, .critical, "1", .manual),
        ] as [(Submission.Automation, RiskLevel, String, AutomationLevel)])
    func automation(
        automation: Submission.Automation, risk: RiskLevel, confidence: String, expected: AutomationLevel
    ) throws {
        let number = try #require(try JSONParser.parse(confidence).numberValue)
        let submission = Submission(
            decisionID: "d1", riskLevel: risk, automation: automation, context: DecisionContext(confidence: number))
        let submitted = try #require(submit(submission).submitted)
        #expect(submitted.automationLevel == expected)
        #expect((submitted.slaDeadline == nil) == (expected == .full))
        #expect(GivenDecision([.submitted(submitted)]).state?.isQueued == (expected != .full))
    }

    @Test(
        "one decision too many is refused, 0 means any number (governance-api 7.1)",
        arguments: [
            (1000, 999, true), (1000, 1000, false), (1000, 1001, false), (1, 0, true), (1, 1, false), (0, 0, true),
            (0, 1_000_000, true),
        ])
    func capacity(capacity: Int, queueSize: Int, fits: Bool) {
        var policy = GovernancePolicy()
        policy.queueCapacity = capacity
        let result = submit(Sample.submission(), queueSize: queueSize, policy: policy)
        #expect(fits ? result.submitted != nil : result == .failure(.queueFull(capacity: capacity)))
    }

    @Test("a decision that needs no human takes no room in the queue")
    func fullAutomationNeedsNoRoom() {
        var policy = GovernancePolicy()
        policy.queueCapacity = 1
        let submission = Sample.submission(risk: .low, automation: .full)
        #expect(submit(submission, queueSize: 5, policy: policy).submitted?.automationLevel == .full)
    }

    @Test("a decision that needs no human is no operator's, and its outcome is recorded")
    func fullAutomation() throws {
        let given = try GivenDecision.submitted(Sample.submission(risk: .low, automation: .full))
        #expect(
            given.when(.approve(.alice()), at: .noon)
                == .failure(.decisionAlreadyResolved("d1", status: .pending, version: 1)))
        #expect(try given.and(.recordExecution(.succeeded([:])), at: .noon).state?.status == .executed)
        #expect(try given.and(.recordExecution(.failed("x")), at: .noon).state?.status == .failed)
    }

    @Test(
        "the priority score is min(1, base + 0.1·threat + 0.05·confidence) (governance-api 7.1)",
        arguments: [
            (.critical, "0", "0", 1.0), (.critical, "1", "1", 1.0), (.high, "0", "0", 0.75), (.high, "1", "1", 0.9),
            (.high, "0.5", "0.4", 0.82), (.medium, "0", "0", 0.5), (.medium, "1", "0", 0.6), (.low, "0", "0", 0.25),
            (.low, "0", "1", 0.3), (.low, "9.9", "0", 1.0), (.low, "2", "0", 0.45),
        ] as [(RiskLevel, String, String, Double)])
    func priorityScore(risk: RiskLevel, threat: String, confidence: String, expected: Double) throws {
        let context = DecisionContext(
            confidence: try #require(try JSONParser.parse(confidence).numberValue),
            threatScore: try #require(try JSONParser.parse(threat).numberValue))
        let submitted = try #require(submit(Submission(decisionID: "d1", riskLevel: risk, context: context)).submitted)
        #expect(isClose(submitted.priorityScore, expected))
        #expect(submitted.context.threatScore.text == threat)
    }

    @Test("lanes are served critical, high, medium, low")
    func lanes() {
        #expect(RiskLevel.allCases.sorted { $0.queueRank < $1.queueRank } == [.critical, .high, .medium, .low])
    }
}
