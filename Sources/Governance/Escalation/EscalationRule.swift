/// A rule that names who gets a decision when it is handed up.
package struct EscalationRule: Sendable, Hashable {
    package var id: String
    package var type: EscalationType
    package var riskLevels: Set<RiskLevel>
    package var target: String
    package var notify: [NotificationChannel]
    /// The highest one that matches is applied.
    package var priority: Int
    package var isActive = true

    package init(
        id: String, type: EscalationType, riskLevels: Set<RiskLevel> = Set(RiskLevel.allCases), target: String,
        notify: [NotificationChannel], priority: Int, isActive: Bool = true
    ) {
        self.id = id
        self.type = type
        self.riskLevels = riskLevels
        self.target = target
        self.notify = notify
        self.priority = priority
        self.isActive = isActive
    }

    /// Rejections after which the decision is handed up.
    static let rejectionThreshold = 2

    /// Whether the rule speaks of a decision in that state whose deadline has passed.
    func matches(_ state: DecisionState) -> Bool {
        guard isActive, riskLevels.contains(state.riskLevel) else { return false }
        switch type {
        case .timeout, .highRisk: return true
        case .multipleRejections: return state.rejections >= Self.rejectionThreshold
        case .operatorRequest, .staleDecision, .systemOverride: return false
        }
    }
}
