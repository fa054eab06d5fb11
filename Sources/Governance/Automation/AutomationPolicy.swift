/// Which level a confidence deserves at a risk (governance-api 7.3).
package struct AutomationPolicy: Sendable {
    package let fullThreshold: Double
    package let supervisedThreshold: Double
    package let advisoryThreshold: Double
    /// Critical risk always means `manual`.
    package var criticalIsManual = true
    /// High risk always means `supervised`.
    package var highIsSupervised = true

    package init() {
        fullThreshold = 0.99
        supervisedThreshold = 0.80
        advisoryThreshold = 0.60
    }

    /// Nil unless 0 ≤ advisory ≤ supervised ≤ full ≤ 1.
    package init?(full: Double, supervised: Double, advisory: Double) {
        guard 0 <= advisory, advisory <= supervised, supervised <= full, full <= 1 else { return nil }
        fullThreshold = full
        supervisedThreshold = supervised
        advisoryThreshold = advisory
    }

    package func level(confidence: Double, risk: RiskLevel) -> AutomationLevel {
        if risk == .critical, criticalIsManual { return .manual }
        if risk == .high, highIsSupervised { return .supervised }
        if confidence >= fullThreshold, risk == .low || risk == .medium { return .full }
        if confidence >= supervisedThreshold { return .supervised }
        if confidence >= advisoryThreshold { return .advisory }
        return .manual
    }

    /// The level that a program gets when it asks for `requested`: nobody switches the human off at high stakes.
    package func permitted(_ requested: AutomationLevel, at risk: RiskLevel) -> AutomationLevel {
        switch (requested, risk) {
        case (.full, .critical): criticalIsManual ? .manual : .supervised
        case (.full, .high): .supervised
        default: requested
        }
    }
}
