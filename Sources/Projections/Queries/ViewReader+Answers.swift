import EventLog
import GRDB
import Governance

/// What analysts see: questions without the answer of a person, and figures about answers.
extension ViewReader {
    /// Questions that no person has answered: critical first, then by the time at which they arose.
    package func unanswered(at risk: RiskLevel? = nil, limit: Int) throws -> [DecisionRow] {
        let sql = """
            SELECT \(DecisionRow.columns) FROM decisions
            WHERE queued = 1 AND operator_decision IS NULL \(risk == nil ? "" : "AND queue_rank = ?")
            ORDER BY queue_rank, requested_at, submitted_position LIMIT ?
            """
        let values: [BoundValue] = (risk.map { [.integer($0.queueRank)] } ?? []) + [.integer(limit)]
        return try database.rows(sql, values, DecisionRow.init)
    }

    /// The figures of hitl-api 8.7 and 14.2.
    package func answerFigures(at now: Timestamp) throws -> AnswerFigures {
        var figures = AnswerFigures()
        for count in try decisionCounts() {
            figures.total += count.count
            if count.isQueued, !count.isAnswered { figures.pending[count.riskLevel, default: 0] += count.count }
        }
        let answers = try database.cachedStatement(sql: "SELECT answer, count, response_time FROM answer_counts")
        for row in try Row.fetchAll(answers) {
            let count: Int = row[1]
            switch row[0] as String {
            case "approve": figures.approved = count
            case "reject": figures.rejected = count
            case "escalate": figures.escalated = count
            default: continue
            }
            figures.responseSeconds += Double(row[2] as Int64) / 1000
        }
        figures.lastDay = try requests(after: now - Interval.hours(24))
        let day: Int64 = 86_400_000_000
        figures.today = try requests(after: Timestamp(microseconds: now.microseconds / day * day - 1))
        figures.oldestPending = try oldestUnanswered()
        return figures
    }

    /// How many questions arose later than that: whole minutes from their counters, the part of one from the index.
    private func requests(after moment: Timestamp) throws -> Int {
        let minute = moment.microseconds / 60_000_000
        let whole = try Int.fetchOne(
            database.cachedStatement(sql: "SELECT coalesce(sum(count), 0) FROM requests WHERE minute > ?"),
            arguments: [minute])
        let part = try Int.fetchOne(
            database.cachedStatement(
                sql: "SELECT count(*) FROM decisions WHERE requested_at > ? AND requested_at < ?"),
            arguments: [moment.microseconds, (minute + 1) * 60_000_000])
        return (whole ?? 0) + (part ?? 0)
    }

    private func oldestUnanswered() throws -> Timestamp? {
        let statement = try database.cachedStatement(
            sql: """
                SELECT requested_at FROM decisions
                WHERE queued = 1 AND operator_decision IS NULL AND queue_rank = ? ORDER BY requested_at LIMIT 1
                """)
        return try RiskLevel.allCases.compactMap { risk in
            Timestamp(optional: try Int64.fetchOne(statement, arguments: [risk.queueRank]))
        }.min()
    }
}

/// Figures about questions and the answers of people.
package struct AnswerFigures: Sendable {
    /// Questions ever asked.
    package var total = 0
    /// Those without an answer, by level.
    package var pending: [RiskLevel: Int] = [:]
    package var approved = 0
    package var rejected = 0
    package var escalated = 0
    /// From the question to the answer, summed over the answered ones.
    package var responseSeconds = 0.0
    /// Questions that arose in the last 24 hours, or are yet to.
    package var lastDay = 0
    /// The same since midnight UTC.
    package var today = 0
    package var oldestPending: Timestamp?

    package var allPending: Int { pending.values.reduce(0, +) }
    package var answered: Int { approved + rejected + escalated }
    package var averageResponseMinutes: Double { answered > 0 ? responseSeconds / 60 / Double(answered) : 0 }
    /// Of the answers, in percent.
    package var approvalRate: Double { answered > 0 ? 100 * Double(approved) / Double(answered) : 0 }
}
