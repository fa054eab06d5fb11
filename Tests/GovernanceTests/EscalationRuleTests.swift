import EventLog
import Testing
import VerdictTesting

@testable import Governance

/// Which rule speaks when a deadline has passed (governance-api 7.6).
@Suite("The rules of automatic escalation")
struct EscalationRuleTests {
    private func escalation(
        at risk: RiskLevel, rejections: Int = 0, _ configure: (inout EscalationPolicy) -> Void = { _ in }
    ) throws -> DecisionEscalated {
        var policy = GovernancePolicy()
        configure(&policy.escalation)
        var state = try #require(try GivenDecision.submitted(Sample.submission(risk: risk)).state)
        state.rejections = rejections
        let result = Decision.decide(.timeOut, on: "d1", in: state, policy: policy, at: .noon + .hours(1))
        return try #require(result.escalation)
    }

    @Test("the default rules are those of the contract")
    func defaultRules() {
        let rules = EscalationPolicy().rules
        let all = Set(RiskLevel.allCases)
        let expected: [EscalationRule] = [
            EscalationRule(
                id: "critical_risk_escalation", type: .highRisk, riskLevels: [.critical], target: "ciso",
                notify: [.email, .sms, .chat], priority: 200),
            EscalationRule(
                id: "high_risk_escalation", type: .highRisk, riskLevels: [.high], target: "security_manager",
                notify: [.email, .chat], priority: 150),
            EscalationRule(
                id: "multiple_rejections", type: .multipleRejections, riskLevels: all, target: "security_manager",
                notify: [.email, .chat], priority: 120),
            EscalationRule(
                id: "timeout_escalation", type: .timeout, riskLevels: all, target: "soc_supervisor",
                notify: [.email, .chat], priority: 100),
        ]
        #expect(Set(rules) == Set(expected))
        #expect(rules.count == 4)
        #expect(EscalationPolicy().chain.roles == ["soc_operator", "soc_supervisor", "security_manager", "ciso"])
    }

    @Test(
        "the matching rule of the highest priority names target and channels",
        arguments: [
            (.critical, 0, "critical_risk_escalation", "ciso", [.email, .sms, .chat]),
            (.critical, 2, "critical_risk_escalation", "ciso", [.email, .sms, .chat]),
            (.high, 0, "high_risk_escalation", "security_manager", [.email, .chat]),
            (.high, 2, "high_risk_escalation", "security_manager", [.email, .chat]),
            (.medium, 0, "timeout_escalation", "soc_supervisor", [.email, .chat]),
            (.medium, 1, "timeout_escalation", "soc_supervisor", [.email, .chat]),
            (.medium, 2, "multiple_rejections", "security_manager", [.email, .chat]),
            (.low, 0, "timeout_escalation", "soc_supervisor", [.email, .chat]),
            (.low, 3, "multiple_rejections", "security_manager", [.email, .chat]),
        ] as [(RiskLevel, Int, String, String, [NotificationChannel])])
    func defaults(
        risk: RiskLevel, rejections: Int, rule: String, target: String, notify: [NotificationChannel]
    ) throws {
        let escalated = try escalation(at: risk, rejections: rejections)
        #expect(escalated.ruleID == rule)
        #expect(escalated.toRole == target)
        #expect(escalated.notify == notify)
        #expect(escalated.type == .timeout)
    }

    @Test("the order in which rules are listed does not matter", arguments: RiskLevel.allCases)
    func listOrder(risk: RiskLevel) throws {
        let usual = try escalation(at: risk)
        #expect(try escalation(at: risk) { $0.rules.reverse() } == usual)
    }

    @Test("of two rules with one priority the first listed counts")
    func samePriority() throws {
        let escalated = try escalation(at: .low) { policy in
            policy.rules = ["first", "second"].map {
                EscalationRule(id: $0, type: .timeout, target: $0, notify: [], priority: 1)
            }
        }
        #expect(escalated.ruleID == "first")
    }

    @Test("a rule that is switched off does not speak")
    func inactive() throws {
        let escalated = try escalation(at: .critical) { policy in
            for index in policy.rules.indices { policy.rules[index].isActive = policy.rules[index].type != .highRisk }
        }
        #expect(escalated.ruleID == "timeout_escalation")
        #expect(escalated.toRole == "soc_supervisor")
    }

    @Test(
        "without a rule the decision goes to the default of its risk, and nobody is told",
        arguments: [
            (.critical, "ciso"), (.high, "security_manager"), (.medium, "soc_supervisor"), (.low, "soc_supervisor"),
        ] as [(RiskLevel, String)])
    func noRule(risk: RiskLevel, target: String) throws {
        let escalated = try escalation(at: risk) { $0.rules = [] }
        #expect(escalated.ruleID == nil)
        #expect(escalated.toRole == target)
        #expect(escalated.notify == [])
    }

    @Test("a rule of one's own with a higher priority wins, for its risks only")
    func customRule() throws {
        let custom = EscalationRule(
            id: "night", type: .timeout, riskLevels: [.low], target: "on_call", notify: [.sms], priority: 500)
        #expect(try escalation(at: .low) { $0.rules.append(custom) }.toRole == "on_call")
        #expect(try escalation(at: .medium) { $0.rules.append(custom) }.toRole == "soc_supervisor")
    }

    @Test(
        "rules that speak of other occasions do not speak when a deadline has passed",
        arguments: [EscalationType.operatorRequest, .staleDecision, .systemOverride])
    func otherOccasions(type: EscalationType) throws {
        let rule = EscalationRule(id: "other", type: type, target: "nobody", notify: [], priority: 999)
        #expect(try escalation(at: .low) { $0.rules.append(rule) }.ruleID == "timeout_escalation")
    }
}
