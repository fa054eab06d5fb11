import Governance

/// How urgent an alert is (hitl-api 10.4).
enum AlertPriority: String, Sendable {
    case critical, high, medium, low, info

    init(_ risk: RiskLevel) {
        switch risk {
        case .critical: self = .critical
        case .high: self = .high
        case .medium: self = .medium
        case .low: self = .low
        }
    }
}
