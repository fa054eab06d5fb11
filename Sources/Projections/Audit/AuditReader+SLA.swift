import EventLog
import GRDB
import Governance

/// How many deadlines of one level of risk were met and missed in a month.
package struct SLAMonth: Sendable, Hashable {
    package let month: Month
    package let riskLevel: RiskLevel
    package fileprivate(set) var met = 0
    package fileprivate(set) var missed = 0
}

extension AuditReader {
    /// Deadlines that were met or missed in that time, by month and risk, the earliest month and the highest risk first.
    ///
    /// A deadline is met by the first answer of a person before it, and missed once the clock says so or a person answers
    /// later than that.
    package func slaMonths(
        from: Timestamp? = nil, until: Timestamp? = nil, asOf position: Position
    ) throws -> [SLAMonth] {
        var question = AuditQuestion()
        question.from = from
        question.until = until
        guard let scope = try scope(of: question, asOf: position) else { return [] }
        let first = from.map { Month(of: $0).number } ?? 0
        let last = until.map { Month(of: $0).number } ?? .max
        let condition = AuditCondition.all(
            of: [
                AuditCondition("e.sla IS NOT NULL"), AuditCondition("e.sla_month BETWEEN \(first) AND \(last)"),
                AuditCondition("e.place BETWEEN \(scope.places.lowerBound) AND \(scope.places.upperBound)"),
            ] + scope.rest)
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT e.sla_month, e.risk_level, e.sla, count(*) FROM entries e INDEXED BY entries_of_sla
                WHERE \(condition.sql) GROUP BY e.sla_month, e.risk_level, e.sla
                ORDER BY e.sla_month, e.risk_level DESC
                """, arguments: StatementArguments(condition.arguments))
        var months: [SLAMonth] = []
        for row in rows {
            guard let risk = RiskLevel(auditCode: row[1]), let outcome = SLAOutcome(auditCode: row[2]) else { continue }
            let month = Month(number: row[0])
            if months.last?.month != month || months.last?.riskLevel != risk {
                months.append(SLAMonth(month: month, riskLevel: risk))
            }
            switch outcome {
            case .met: months[months.count - 1].met = row[3]
            case .missed: months[months.count - 1].missed = row[3]
            }
        }
        return months
    }
}
