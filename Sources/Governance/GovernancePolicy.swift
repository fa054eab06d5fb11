import EventLog

/// The figures that the rules are applied with (governance-api 7 and 13).
package struct GovernancePolicy: Sendable {
    /// Decisions that may wait at once; 0 for any number.
    package var queueCapacity = 100_000
    /// A session ends this long after it was opened, whatever happens in it.
    package var sessionLifetime = Interval.hours(8)
    /// The part of the time after which the warning is due.
    package var warningFraction = 0.75
    package var escalatesOnTimeout = true
    package var automation = AutomationPolicy()
    package var escalation = EscalationPolicy()

    package init() {}

    /// The time from submission to deadline.
    package func sla(for risk: RiskLevel) -> Interval {
        switch risk {
        case .critical: .minutes(5)
        case .high: .minutes(10)
        case .medium: .minutes(15)
        case .low: .minutes(30)
        }
    }
}
