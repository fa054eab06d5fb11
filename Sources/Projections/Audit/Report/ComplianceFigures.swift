import EventLog
import Governance

/// What a compliance report counts (governance-api 9), over the entries of a period.
///
/// Everything is as of the end of the period, so the same period has the same figures for ever.
package struct ComplianceFigures: Sendable {
    /// An operator who approved, rejected or escalated.
    package struct Operator: Sendable, Hashable {
        package let operatorID: String
        package let approved: Int
        package let rejected: Int
        package let escalated: Int
        /// Approvals and rejections that came sooner than anybody can think.
        package let hasty: Int
        /// From question to approval or rejection.
        package let durations: Durations

        /// Of the approvals and rejections, 0 to 1.
        package var approvedShare: Double {
            approved + rejected == 0 ? 0 : Double(approved) / Double(approved + rejected)
        }
    }

    /// What ran without a human.
    package struct Automated: Sendable, Hashable {
        package let actionType: String
        package let riskLevel: RiskLevel
        package let count: Int
    }

    /// The last event that counts; 0 where there is none.
    package internal(set) var position: Position = 0
    /// Entries of each kind.
    package internal(set) var entries: [AuditEventType: Int] = [:]
    package internal(set) var createdByRisk: [RiskLevel: Int] = [:]
    package internal(set) var autoExecuted = 0
    /// From question to approval or rejection.
    package internal(set) var durations = Durations(microseconds: [])
    package internal(set) var durationsByRisk: [RiskLevel: Durations] = [:]
    /// By name.
    package internal(set) var operators: [Operator] = []
    package internal(set) var sla: [SLAMonth] = []
    package internal(set) var hasty = 0
    /// The first of them.
    package internal(set) var hastyEntries: [AuditRow] = []
    package internal(set) var escalationsByOperators = 0
    package internal(set) var escalationsByClock = 0
    /// What became of the decisions that were escalated: how many stand where.
    package internal(set) var escalatedOutcomes: [DecisionStatus: Int] = [:]
    /// By action and risk.
    package internal(set) var automated: [Automated] = []
    package internal(set) var automatedOutcomes: [DecisionStatus: Int] = [:]
    /// The first of them.
    package internal(set) var automatedEntries: [AuditRow] = []

    /// Of hasty answers and of decisions without a human, so many are named.
    package static let namedMax = 100

    package var total: Int { entries[.decisionCreated] ?? 0 }
    package var humanReviewed: Int { total - autoExecuted }
    package var slaMet: Int { sla.reduce(0) { $0 + $1.met } }
    package var slaMissed: Int { sla.reduce(0) { $0 + $1.missed } }
    /// Those who approved or rejected.
    package var uniqueOperators: Int { operators.count { $0.approved + $0.rejected > 0 } }

    /// 0 to 1, and 0 where nothing was decided.
    package var automationRate: Double { total == 0 ? 0 : Double(autoExecuted) / Double(total) }
    package var humanOversightRate: Double { total == 0 ? 0 : Double(humanReviewed) / Double(total) }
    /// 1 − violations ÷ total; a violation of a question from before the period can make it no less than 0.
    package var slaComplianceRate: Double { total == 0 ? 0 : max(0, 1 - Double(slaMissed) / Double(total)) }
}
