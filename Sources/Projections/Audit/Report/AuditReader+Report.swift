import EventLog
import GRDB
import Governance

extension AuditReader {
    /// The figures of the entries from one moment to another, both included.
    ///
    /// - Parameter hasty: approvals and rejections that came sooner after the question are counted as such.
    package func complianceFigures(
        from: Timestamp, until: Timestamp, hasty: Interval, asOf position: Position
    ) throws -> ComplianceFigures {
        var figures = ComplianceFigures()
        figures.position = min(position, try lastPlace(until: until)?.position ?? 0)
        var question = AuditQuestion()
        question.from = from
        question.until = until
        guard from <= until, let scope = try scope(of: question, asOf: figures.position) else { return figures }
        let tally = try tally(scope, hasty: hasty)
        figures.entries = tally.entries
        figures.createdByRisk = tally.createdByRisk
        figures.autoExecuted = tally.autoExecuted
        figures.durationsByRisk = tally.waitsByRisk.mapValues { Durations(microseconds: $0) }
        figures.durations = Durations(microseconds: tally.waitsByRisk.values.flatMap(\.self))
        figures.operators = try operators(tally)
        figures.sla = try slaMonths(from: from, until: until, asOf: figures.position)
        figures.hasty = tally.hasty
        figures.hastyEntries = try rows(at: tally.hastyPlaces)
        figures.escalationsByOperators = tally.escalationsByOperators
        figures.escalationsByClock = tally.escalationsByClock
        figures.escalatedOutcomes = try outcomes(of: tally.escalated, asOf: figures.position)
        figures.automated = try automated(scope)
        figures.automatedOutcomes = try outcomes(of: tally.automated, asOf: figures.position)
        figures.automatedEntries = try rows(at: tally.automatedPlaces)
        return figures
    }

    private func tally(_ scope: AuditScope, hasty: Interval) throws -> ComplianceTally {
        var tally = ComplianceTally(hastyMicroseconds: hasty.microseconds)
        let condition = Self.inOrder(scope)
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT \(ComplianceTally.columns) FROM entries e NOT INDEXED CROSS JOIN actors a ON a.actor = e.actor
                WHERE \(condition.sql) ORDER BY e.place
                """, arguments: StatementArguments(condition.arguments))
        while let row = try rows.next() { tally.add(row) }
        return tally
    }

    private static func inOrder(_ scope: AuditScope) -> AuditCondition {
        .all(
            of: [AuditCondition("e.place BETWEEN \(scope.places.lowerBound) AND \(scope.places.upperBound)")]
                + scope.rest)
    }

    private func operators(_ tally: ComplianceTally) throws -> [ComplianceFigures.Operator] {
        let statement = try database.cachedStatement(sql: "SELECT actor_id FROM actors WHERE actor = ?")
        return try tally.operators.map { key, tally in
            let name = try Row.fetchCursor(statement, arguments: [key]).map { try $0.wholeText(at: 0) }.next()
            return ComplianceFigures.Operator(
                operatorID: name ?? "", approved: tally.approved,
                rejected: tally.rejected, escalated: tally.escalated, hasty: tally.hasty,
                durations: Durations(microseconds: tally.waits))
        }.sorted { $0.operatorID.utf8.lexicographicallyPrecedes($1.operatorID.utf8) }
    }

    /// Where these decisions stood at the position.
    private func outcomes(of subjects: some Sequence<Position>, asOf position: Position) throws -> [DecisionStatus: Int]
    {
        let statement = try database.cachedStatement(
            sql: """
                SELECT status FROM entries INDEXED BY entries_of_subject WHERE subject = ? AND place <= ?
                ORDER BY place DESC LIMIT 1
                """)
        var outcomes: [DecisionStatus: Int] = [:]
        let last = AuditPlace.end(of: position).number
        for subject in subjects {
            let code = try Int.fetchOne(statement, arguments: [subject, last])
            if let status = DecisionStatus(auditCode: code) { outcomes[status, default: 0] += 1 }
        }
        return outcomes
    }

    private func automated(_ scope: AuditScope) throws -> [ComplianceFigures.Automated] {
        let (created, full) = (AuditEventType.decisionCreated.rawValue, AutomationLevel.full.auditCode)
        let condition = AuditCondition.all(
            of: [
                AuditCondition("e.event_type = \(created)"), AuditCondition("e.automation_level = \(full)"),
                Self.inOrder(scope),
            ])
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT s.action_type, e.risk_level, count(*)
                FROM entries e NOT INDEXED CROSS JOIN subjects s ON s.submitted_position = e.subject
                WHERE \(condition.sql) GROUP BY s.action_type, e.risk_level ORDER BY s.action_type, e.risk_level
                """, arguments: StatementArguments(condition.arguments))
        return rows.compactMap { row in
            RiskLevel(auditCode: row[1]).map {
                ComplianceFigures.Automated(actionType: row[0], riskLevel: $0, count: row[2])
            }
        }
    }
}
