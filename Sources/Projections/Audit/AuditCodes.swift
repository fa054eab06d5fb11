import Governance

/// The numbers that stand for words in `audit.db`. A word that is added gets a number that no other one has.
protocol AuditCoded: CaseIterable {
    var auditCode: Int { get }
}

extension AuditCoded {
    /// Nil for a number that stands for nothing.
    init?(auditCode: Int?) {
        guard let value = Self.allCases.first(where: { $0.auditCode == auditCode }) else { return nil }
        self = value
    }
}

extension DecisionStatus: AuditCoded {
    var auditCode: Int {
        switch self {
        case .pending: 0
        case .approved: 1
        case .rejected: 2
        case .executed: 3
        case .failed: 4
        case .timeout: 5
        case .escalated: 6
        case .cancelled: 7
        }
    }
}

extension RiskLevel: AuditCoded {
    /// In the order of what is at stake: entries are sorted by it.
    var auditCode: Int {
        switch self {
        case .low: 0
        case .medium: 1
        case .high: 2
        case .critical: 3
        }
    }
}

extension AutomationLevel: AuditCoded {
    var auditCode: Int {
        switch self {
        case .full: 0
        case .supervised: 1
        case .advisory: 2
        case .manual: 3
        }
    }
}

/// Whether a deadline was kept.
package enum SLAOutcome: String, Sendable, CaseIterable, AuditCoded {
    case met, missed

    var auditCode: Int {
        switch self {
        case .met: 0
        case .missed: 1
        }
    }
}
