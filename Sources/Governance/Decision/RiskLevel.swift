/// How much is at stake. Each level has its own lane in the queue and its own deadline.
package enum RiskLevel: String, Sendable, CaseIterable {
    case low, medium, high, critical

    /// The place of the lane in the queue: 0 is served first.
    package var queueRank: Int {
        switch self {
        case .critical: 0
        case .high: 1
        case .medium: 2
        case .low: 3
        }
    }

    /// What the level alone contributes to the priority score (governance-api 7.1).
    var priorityBase: Double {
        switch self {
        case .critical: 1.0
        case .high: 0.75
        case .medium: 0.5
        case .low: 0.25
        }
    }
}
