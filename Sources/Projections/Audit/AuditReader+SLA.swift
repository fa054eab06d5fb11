import EventLog
import GRDB
import Governance

/// How many deadlines of one level of risk were met and missed in a month.
package struct SLAMonth: Sendable, Hashable {
    package let month: Month
    package let riskLevel: RiskLevel
    package let met: Int
    package let missed: Int
}

extension AuditReader {
    private struct Key: Hashable {
        let month: Int
        let risk: Int
        let outcome: Int
    }

    /// Deadlines that were met or missed in that time, by month and risk, the earliest month and the highest risk first.
    ///
    /// A deadline is met by the first answer of a person before it, and missed once the clock says so or a person
    /// answers later than that.
    package func slaMonths(
        from: Timestamp? = nil, until: Timestamp? = nil, asOf position: Position
    ) throws -> [SLAMonth] {
        var question = AuditQuestion()
        question.from = from
        question.until = until
        guard let scope = try scope(of: question, asOf: position) else { return [] }
        let (first, last) = (from.map { Month(of: $0).number }, until.map { Month(of: $0).number })
        var counts: [Key: Int] = [:]
        // The months at the ends are counted as far as they belong to the time, those between are known.
        for month in Set([first, last].compactMap(\.self)) {
            let conditions = [
                AuditCondition("e.sla_month = \(month)"),
                AuditCondition("e.place BETWEEN \(scope.places.lowerBound) AND \(scope.places.upperBound)"),
            ]
            try add(.all(of: conditions + scope.rest), "entries e INDEXED BY entries_of_sla", sign: 1, to: &counts)
        }
        let between = AuditCondition("e.sla_month > \(first ?? -1) AND e.sla_month < \(last ?? .max)")
        try add(between, "sla_counts e", counting: "sum(e.count)", sign: 1, to: &counts)
        let later = AuditCondition("e.place > \(AuditPlace.end(of: position).number)")
        try add(.all(of: [between, later]), "entries e NOT INDEXED", sign: -1, to: &counts)
        return Self.months(counts)
    }

    private func add(
        _ condition: AuditCondition, _ table: String, counting figure: String = "count(*)", sign: Int,
        to counts: inout [Key: Int]
    ) throws {
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT e.sla_month, e.risk_level, e.sla, \(figure) FROM \(table)
                WHERE e.sla IS NOT NULL AND \(condition.sql) GROUP BY e.sla_month, e.risk_level, e.sla
                """, arguments: StatementArguments(condition.arguments))
        for row in rows {
            counts[Key(month: row[0], risk: row[1], outcome: row[2]), default: 0] += sign * (row[3] as Int)
        }
    }

    private static func months(_ counts: [Key: Int]) -> [SLAMonth] {
        let risks = RiskLevel.allCases.sorted { $0.auditCode > $1.auditCode }
        return Set(counts.keys.map(\.month)).sorted().flatMap { month in
            risks.compactMap { risk in
                func count(_ outcome: SLAOutcome) -> Int {
                    counts[Key(month: month, risk: risk.auditCode, outcome: outcome.auditCode)] ?? 0
                }
                let (met, missed) = (count(.met), count(.missed))
                if met + missed == 0 { return nil }
                return SLAMonth(month: Month(number: month), riskLevel: risk, met: met, missed: missed)
            }
        }
    }
}
