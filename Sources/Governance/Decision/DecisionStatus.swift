/// Where a decision stands (governance-api 7.2).
package enum DecisionStatus: String, Sendable, CaseIterable {
    case pending, approved, rejected, executed, failed, timeout, escalated, cancelled

    /// Whether a person may still act on it.
    package var isOpen: Bool {
        switch self {
        case .pending, .timeout, .escalated: true
        case .approved, .rejected, .executed, .failed, .cancelled: false
        }
    }
}
