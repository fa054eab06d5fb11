/// How much of the work a human does (governance-api 7.3).
package enum AutomationLevel: String, Sendable, CaseIterable {
    /// Runs at once, nobody is asked.
    case full
    /// A human approves.
    case supervised
    /// The program suggests, a human chooses.
    case advisory
    /// A human alone.
    case manual

    package var requiresReview: Bool {
        switch self {
        case .full: false
        case .supervised, .advisory, .manual: true
        }
    }
}
