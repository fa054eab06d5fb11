/// Who is above whom, and the rules (governance-api 5.5 and 7.6).
package struct EscalationPolicy: Sendable {
    /// What stands for the role that a decision comes from when nobody held it.
    static let unassigned = "unassigned"

    package var chain = EscalationChain()
    package var rules: [EscalationRule] = [
        EscalationRule(
            id: "critical_risk_escalation", type: .highRisk, riskLevels: [.critical], target: "ciso",
            notify: [.email, .sms, .chat], priority: 200),
        EscalationRule(
            id: "high_risk_escalation", type: .highRisk, riskLevels: [.high], target: "security_manager",
            notify: [.email, .chat], priority: 150),
        EscalationRule(
            id: "multiple_rejections", type: .multipleRejections, target: "security_manager", notify: [.email, .chat],
            priority: 120),
        EscalationRule(
            id: "timeout_escalation", type: .timeout, target: "soc_supervisor", notify: [.email, .chat], priority: 100),
    ]

    package init() {}

    /// Who gets a decision of that risk when nothing else says it.
    package func defaultTarget(at risk: RiskLevel) -> String {
        switch risk {
        case .critical: "ciso"
        case .high: "security_manager"
        case .medium, .low: "soc_supervisor"
        }
    }

    /// Who gets a decision that an operator of that role hands up.
    package func target(from role: String, at risk: RiskLevel) -> String {
        switch risk {
        case .critical, .high: defaultTarget(at: risk)
        case .medium, .low: chain.next(after: role) ?? defaultTarget(at: risk)
        }
    }

    /// The matching rule of the highest priority.
    func rule(for state: DecisionState) -> EscalationRule? {
        rules.filter { $0.matches(state) }.max { $0.priority < $1.priority }
    }
}

/// The roles from the bottom to the top.
package struct EscalationChain: Sendable {
    package var roles: [String]

    package init(roles: [String] = ["soc_operator", "soc_supervisor", "security_manager", "ciso"]) {
        self.roles = roles
    }

    /// The role above; the top stays where it is. Nil for a role outside the chain.
    func next(after role: String) -> String? {
        guard let place = roles.firstIndex(of: role) else { return nil }
        return roles[min(place + 1, roles.count - 1)]
    }

    /// Whether `role` is in the chain, and not below `other`.
    func isAtOrAbove(_ role: String, _ other: String) -> Bool {
        guard let place = roles.firstIndex(of: role) else { return false }
        return place >= (roles.firstIndex(of: other) ?? 0)
    }
}
