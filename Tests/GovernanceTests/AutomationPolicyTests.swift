import EventLog
import Governance
import Testing
import VerdictTesting

/// How much of the work a human does (governance-api 7.3).
@Suite("Automation levels")
struct AutomationPolicyTests {
    private static let withoutOverrides: AutomationPolicy = {
        var policy = AutomationPolicy()
        policy.criticalIsManual = false
        policy.highIsSupervised = false
        return policy
    }()

    @Test(
        "the level follows from confidence and risk",
        arguments: [
            (1.0, .low, .full), (0.99, .low, .full), (0.98, .low, .supervised), (0.80, .low, .supervised),
            (0.79, .low, .advisory), (0.60, .low, .advisory), (0.59, .low, .manual), (0.0, .low, .manual),
            (1.0, .medium, .full), (0.99, .medium, .full), (0.98, .medium, .supervised), (0.60, .medium, .advisory),
            (0.59, .medium, .manual),
            (1.0, .high, .supervised), (0.79, .high, .supervised), (0.0, .high, .supervised),
            (1.0, .critical, .manual), (0.85, .critical, .manual), (0.0, .critical, .manual),
        ] as [(Double, RiskLevel, AutomationLevel)])
    func level(confidence: Double, risk: RiskLevel, expected: AutomationLevel) {
        #expect(AutomationPolicy().level(confidence: confidence, risk: risk) == expected)
    }

    @Test(
        "with the overrides off the thresholds count, but high stakes never run without a human",
        arguments: [
            (1.0, .high, .supervised), (0.80, .high, .supervised), (0.79, .high, .advisory), (0.59, .high, .manual),
            (1.0, .critical, .supervised), (0.80, .critical, .supervised), (0.60, .critical, .advisory),
            (0.0, .critical, .manual), (1.0, .low, .full),
        ] as [(Double, RiskLevel, AutomationLevel)])
    func overridesOff(confidence: Double, risk: RiskLevel, expected: AutomationLevel) {
        #expect(Self.withoutOverrides.level(confidence: confidence, risk: risk) == expected)
    }

    @Test("the thresholds are settings: the library's default of 0.95")
    func thresholds() throws {
        let policy = try #require(AutomationPolicy(full: 0.95, supervised: 0.80, advisory: 0.60))
        #expect(policy.level(confidence: 0.95, risk: .low) == .full)
        #expect(policy.level(confidence: 0.94, risk: .low) == .supervised)
        let equal = try #require(AutomationPolicy(full: 0.5, supervised: 0.5, advisory: 0.5))
        #expect(equal.level(confidence: 0.5, risk: .low) == .full)
        #expect(equal.level(confidence: 0.4, risk: .low) == .manual)
    }

    @Test(
        "thresholds outside 0 to 1 or out of order are refused",
        arguments: [
            (0.99, 0.80, -0.01), (1.01, 0.80, 0.60), (0.79, 0.80, 0.60), (0.99, 0.59, 0.60), (0.5, 0.6, 0.7),
            (.nan, 0.8, 0.6), (0.99, .nan, 0.6), (0.99, 0.8, .nan), (.infinity, 0.8, 0.6),
        ] as [(Double, Double, Double)])
    func refusedThresholds(full: Double, supervised: Double, advisory: Double) {
        #expect(AutomationPolicy(full: full, supervised: supervised, advisory: advisory) == nil)
    }

    @Test("the ends of the range are accepted")
    func acceptedThresholds() {
        #expect(AutomationPolicy(full: 1, supervised: 1, advisory: 1) != nil)
        #expect(AutomationPolicy(full: 0, supervised: 0, advisory: 0) != nil)
    }

    @Test(
        "a program gets the level that it asks for, unless it would switch the human off at high stakes",
        arguments: AutomationLevel.allCases, RiskLevel.allCases)
    func permitted(requested: AutomationLevel, risk: RiskLevel) {
        let expected: AutomationLevel =
            switch (requested, risk) {
            case (.full, .critical): .manual
            case (.full, .high): .supervised
            default: requested
            }
        #expect(AutomationPolicy().permitted(requested, at: risk) == expected)
        let withoutOverrides = Self.withoutOverrides.permitted(requested, at: risk)
        #expect(withoutOverrides == (requested == .full && risk == .critical ? .supervised : expected))
    }

    @Test("all levels but full require review", arguments: AutomationLevel.allCases)
    func requiresReview(level: AutomationLevel) {
        #expect(level.requiresReview == (level != .full))
    }
}
