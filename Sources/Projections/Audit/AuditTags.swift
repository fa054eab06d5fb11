/// What an entry means to those who ask about compliance (governance-api 9), as bits.
package struct AuditTags: OptionSet, Sendable, Hashable {
    package let rawValue: Int

    package init(rawValue: Int) {
        self.rawValue = rawValue
    }

    package static let criticalRisk = AuditTags(rawValue: 1)
    package static let highRisk = AuditTags(rawValue: 2)
    package static let automatedDecision = AuditTags(rawValue: 4)
    package static let humanOversightRequired = AuditTags(rawValue: 8)
    package static let piiInvolved = AuditTags(rawValue: 16)
    package static let humanOverride = AuditTags(rawValue: 32)
    package static let escalation = AuditTags(rawValue: 64)
    package static let executionFailure = AuditTags(rawValue: 128)
    /// Not in the contract: by this event the deadline was missed.
    package static let slaViolation = AuditTags(rawValue: 256)

    package static let all: [(tag: AuditTags, name: String)] = [
        (.criticalRisk, "critical_risk"), (.highRisk, "high_risk"), (.automatedDecision, "automated_decision"),
        (.humanOversightRequired, "human_oversight_required"), (.piiInvolved, "pii_involved"),
        (.humanOverride, "human_override"), (.escalation, "escalation"), (.executionFailure, "execution_failure"),
        (.slaViolation, "sla_violation"),
    ]

    /// Nil for a word that is none of the names.
    package init?(name: String) {
        guard let known = Self.all.first(where: { $0.name == name }) else { return nil }
        self = known.tag
    }

    package var names: [String] { Self.all.filter { contains($0.tag) }.map(\.name) }
}
