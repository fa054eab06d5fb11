import EventLog
import GRDB
import Governance

extension ViewReader {
    package func decision(_ decisionID: String) throws -> DecisionRow? {
        try database.rows(Self.oneDecision, [.text(decisionID)], DecisionRow.init).first
    }

    private static let oneDecision = "SELECT \(DecisionRow.columns) FROM decisions WHERE decision_id = ?"

    /// What waits for a person, pending ones before those that were handed up or timed out; critical first, then high,
    /// medium, low, and first in, first out inside a lane.
    package func queueEntries() throws -> [QueueEntry] {
        let sql = """
            SELECT decision_id, status, queue_rank, submitted_position, moved_position FROM decisions WHERE queued = 1
            ORDER BY status <> 'pending', queue_rank, submitted_position
            """
        return try database.rows(sql) { columns -> QueueEntry? in
            guard let status = DecisionStatus(rawValue: columns.text(1)) else { return nil }
            return QueueEntry(
                decisionID: columns.text(0), status: status, queueRank: columns.integer(2),
                position: columns.integer(3), movedPosition: columns.optionalInteger(4).map { Int($0) })
        }.compactMap { $0 }
    }

    /// A page of the decisions with one of these statuses and one of these levels: what waits in the order of the
    /// queue, then what is decided, newest first.
    package func decisions(_ filter: DecisionFilter, limit: Int, offset: Int) throws -> DecisionPage {
        let counts = try decisionCounts().filter { filter.matches($0.status, $0.riskLevel) }
        let queued = counts.filter(\.isQueued).reduce(0) { $0 + $1.count }
        let total = counts.reduce(0) { $0 + $1.count }
        var page: [DecisionRow] = []
        if offset < queued, limit > 0 {
            page = try queue(filter, limit: limit, offset: offset)
        }
        if page.count < limit, queued < total, offset < total {
            page += try decided(
                filter, limit: min(limit - page.count, total), offset: max(0, offset - queued))
        }
        return DecisionPage(decisions: page, total: total)
    }

    /// What waits for a person and passes the filter: critical first, then high, medium, low, and first in, first out
    /// inside a lane.
    package func queue(_ filter: DecisionFilter = DecisionFilter(), limit: Int, offset: Int = 0) throws -> [DecisionRow]
    {
        let sql = """
            SELECT \(DecisionRow.columns) FROM decisions
            WHERE queued = 1 AND status IN (\(filter.statusList)) AND queue_rank IN (\(filter.rankList))
            ORDER BY queue_rank, submitted_position LIMIT ? OFFSET ?
            """
        // Only the unfiltered statement is kept: there are thousands of filters, and the cache forgets nothing.
        return try database.rows(
            sql, [.integer(limit), .integer(offset)], isKept: filter.isEmpty, DecisionRow.init)
    }

    /// The first decisions of the queue, as far as it takes to see whether they have changed.
    package func queueHeads(limit: Int) throws -> [QueueHead] {
        let sql = """
            SELECT submitted_position, version FROM decisions WHERE queued = 1
            ORDER BY queue_rank, submitted_position LIMIT ?
            """
        return try database.rows(sql, [.integer(limit)]) { columns in
            QueueHead(position: columns.integer(0), version: columns.integer(1))
        }
    }

    /// The decision that was submitted by that event.
    package func decision(submittedAt position: Position) throws -> DecisionRow? {
        let sql = "SELECT \(DecisionRow.columns) FROM decisions WHERE submitted_position = ?"
        return try database.rows(sql, [.integer(position)], DecisionRow.init).first
    }

    /// One index range for each status and lane, so that a rare status costs no scan of the others.
    private func decided(_ filter: DecisionFilter, limit: Int, offset: Int) throws -> [DecisionRow] {
        let needed = limit + offset
        let ranges = filter.statuses.flatMap { status in
            filter.riskLevels.map { risk in
                """
                SELECT * FROM (SELECT resolved_position, submitted_position FROM decisions
                WHERE queued = 0 AND status = '\(status.rawValue)' AND queue_rank = \(risk.queueRank)
                ORDER BY resolved_position DESC, submitted_position DESC LIMIT \(needed))
                """
            }
        }
        let sql = """
            SELECT \(DecisionRow.columns) FROM decisions WHERE submitted_position IN (
                SELECT submitted_position FROM (\(ranges.joined(separator: " UNION ALL ")))
                ORDER BY resolved_position DESC, submitted_position DESC LIMIT ? OFFSET ?)
            ORDER BY resolved_position DESC, submitted_position DESC
            """
        return try database.rows(sql, [.integer(limit), .integer(offset)], isKept: false, DecisionRow.init)
    }

    // MARK: Counting

    package func decisionCounts() throws -> [DecisionCount] {
        let sql = "SELECT status, queue_rank, queued, count, answered FROM decision_counts WHERE count > 0"
        return try database.rows(sql) { columns -> DecisionCount? in
            guard let status = DecisionStatus(rawValue: columns.text(0)),
                let risk = RiskLevel(queueRank: columns.integer(1))
            else { return nil }
            return DecisionCount(
                status: status, riskLevel: risk, isQueued: columns.flag(2), isAnswered: columns.flag(4),
                count: columns.integer(3))
        }.compactMap { $0 }
    }
}

/// Which decisions a list shows.
package struct DecisionFilter: Sendable {
    package var statuses: [DecisionStatus]
    package var riskLevels: [RiskLevel]

    /// An empty list means all; a name that is given twice means once.
    package init(statuses: [DecisionStatus] = [], riskLevels: [RiskLevel] = []) {
        self.statuses = DecisionStatus.allCases.filter { statuses.isEmpty || statuses.contains($0) }
        self.riskLevels = RiskLevel.allCases.filter { riskLevels.isEmpty || riskLevels.contains($0) }
    }

    /// Whether everything passes.
    var isEmpty: Bool {
        statuses.count == DecisionStatus.allCases.count && riskLevels.count == RiskLevel.allCases.count
    }

    func matches(_ status: DecisionStatus, _ risk: RiskLevel) -> Bool {
        statuses.contains(status) && riskLevels.contains(risk)
    }

    // The lists are made of our own words, never of a caller's.
    var statusList: String { statuses.map { "'\($0.rawValue)'" }.joined(separator: ", ") }
    var rankList: String { riskLevels.map { String($0.queueRank) }.joined(separator: ", ") }
}

/// A place in the queue.
package struct QueueEntry: Sendable {
    package let decisionID: String
    package let status: DecisionStatus
    package let queueRank: Int
    /// Where the decision was submitted.
    package let position: Position
    /// Where it was first handed up or timed out; nil while it is pending.
    package let movedPosition: Position?
}

/// A decision in one of its states: its row is the same as long as this is.
package struct QueueHead: Sendable, Hashable {
    /// Where the decision was submitted.
    package let position: Position
    package let version: Int
}

package struct DecisionPage: Sendable {
    package let decisions: [DecisionRow]
    /// Matches before paging.
    package let total: Int
}

package struct DecisionCount: Sendable {
    package let status: DecisionStatus
    package let riskLevel: RiskLevel
    package let isQueued: Bool
    /// Whether a person has said something about it.
    package let isAnswered: Bool
    package let count: Int
}

extension RiskLevel {
    init?(queueRank: Int) {
        guard let level = Self.allCases.first(where: { $0.queueRank == queueRank }) else { return nil }
        self = level
    }
}
