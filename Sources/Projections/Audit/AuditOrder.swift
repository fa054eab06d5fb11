/// How entries follow each other.
package struct AuditOrder: Sendable, Hashable {
    package enum Key: String, Sendable, CaseIterable {
        /// The order of the log, which is that of time unless the clock was set back.
        case timestamp
        /// By the name of the decision, then as in the log. What is about no decision comes last.
        case decisionID = "decision_id"
        /// By what is at stake, then as in the log. What is about no decision comes last.
        case riskLevel = "risk_level"
    }

    package var key: Key
    package var isDescending: Bool

    package init(by key: Key = .timestamp, descending isDescending: Bool = true) {
        self.key = key
        self.isDescending = isDescending
    }

    /// `ASC` or `DESC`.
    var direction: String { isDescending ? "DESC" : "ASC" }
}
