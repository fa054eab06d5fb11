import EventLog
import Governance
import Testing
import VerdictTesting

/// Who gets a decision that an operator hands up (governance-api 5.5).
@Suite("The target of an operator's escalation")
struct EscalationTargetTests {
    private func escalation(
        from role: String, at risk: RiskLevel, to target: String? = nil, policy: GovernancePolicy = GovernancePolicy()
    ) throws -> DecisionEscalated {
        let given = try GivenDecision.submitted(Sample.submission(risk: risk), policy: policy)
        let result = given.when(.escalate(.alice(role: role), reason: "up", target: target), at: .noon)
        return try #require(result.escalation)
    }

    @Test(
        "critical goes to the CISO, high to the security manager, the rest one up the chain",
        arguments: [
            ("soc_operator", .critical, "ciso"), ("soc_operator", .high, "security_manager"),
            ("soc_operator", .medium, "soc_supervisor"), ("soc_operator", .low, "soc_supervisor"),
            ("soc_supervisor", .critical, "ciso"), ("soc_supervisor", .high, "security_manager"),
            ("soc_supervisor", .medium, "security_manager"), ("soc_supervisor", .low, "security_manager"),
            ("security_manager", .high, "security_manager"), ("security_manager", .medium, "ciso"),
            ("security_manager", .low, "ciso"),
            // the top stays
            ("ciso", .critical, "ciso"), ("ciso", .high, "security_manager"), ("ciso", .medium, "ciso"),
            ("ciso", .low, "ciso"),
            // outside the chain: the default of the risk
            ("senior_analyst", .critical, "ciso"), ("senior_analyst", .high, "security_manager"),
            ("senior_analyst", .medium, "soc_supervisor"), ("senior_analyst", .low, "soc_supervisor"),
            ("", .low, "soc_supervisor"), ("SOC_OPERATOR", .low, "soc_supervisor"),
        ] as [(String, RiskLevel, String)])
    func computed(role: String, risk: RiskLevel, target: String) throws {
        let escalated = try escalation(from: role, at: risk)
        #expect(escalated.toRole == target)
        #expect(escalated.fromRole == role)
        #expect(escalated.requestedTarget == nil)
        #expect(escalated.type == .operatorRequest)
        #expect(escalated.ruleID == nil)
        #expect(escalated.notify == [])
    }

    @Test(
        "a target in the chain at or above the computed one wins, any other is noted as requested",
        arguments: [
            // at or above
            (.low, "soc_supervisor", "soc_supervisor", nil), (.low, "security_manager", "security_manager", nil),
            (.low, "ciso", "ciso", nil), (.high, "security_manager", "security_manager", nil),
            (.high, "ciso", "ciso", nil), (.critical, "ciso", "ciso", nil),
            // below
            (.low, "soc_operator", "soc_supervisor", "soc_operator"),
            (.high, "soc_supervisor", "security_manager", "soc_supervisor"),
            (.critical, "security_manager", "ciso", "security_manager"),
            // outside
            (.low, "senior_analyst", "soc_supervisor", "senior_analyst"), (.critical, "ceo", "ciso", "ceo"),
            (.high, "", "security_manager", ""), (.low, "CISO", "soc_supervisor", "CISO"),
        ] as [(RiskLevel, String, String, String?)])
    func explicit(risk: RiskLevel, asked: String, target: String, requested: String?) throws {
        let escalated = try escalation(from: "soc_operator", at: risk, to: asked)
        #expect(escalated.toRole == target)
        #expect(escalated.requestedTarget == requested)
    }

    @Test("the chain can end in the CEO")
    func extendedChain() throws {
        var policy = GovernancePolicy()
        policy.escalation.chain.roles.append("ceo")
        #expect(try escalation(from: "ciso", at: .low, policy: policy).toRole == "ceo")
        #expect(try escalation(from: "ceo", at: .low, policy: policy).toRole == "ceo")
        #expect(try escalation(from: "soc_operator", at: .critical, to: "ceo", policy: policy).toRole == "ceo")
    }

    @Test("without a chain the default of the risk counts")
    func noChain() throws {
        var policy = GovernancePolicy()
        policy.escalation.chain = EscalationChain(roles: [])
        #expect(try escalation(from: "soc_operator", at: .low, policy: policy).toRole == "soc_supervisor")
        #expect(try escalation(from: "soc_operator", at: .low, to: "ciso", policy: policy).requestedTarget == "ciso")
    }

    @Test("a chain that lacks the computed role lets any of its roles be asked for")
    func chainWithoutComputedRole() throws {
        var policy = GovernancePolicy()
        policy.escalation.chain = EscalationChain(roles: ["first", "second"])
        #expect(try escalation(from: "first", at: .critical, policy: policy).toRole == "ciso")
        #expect(try escalation(from: "first", at: .critical, to: "first", policy: policy).toRole == "first")
        #expect(try escalation(from: "second", at: .low, policy: policy).toRole == "second")
    }
}
