import GRDB
import Governance

/// The tables that count, kept in memory while a file is built: what the triggers of the schema do otherwise.
struct CountFold {
    private struct Key: Hashable {
        let status: DecisionStatus
        let queueRank: Int
        let isQueued: Bool
        let isAnswered: Bool
    }

    private var decisions: [Key: Int] = [:]
    private var answers: [HeldDecision.Answer: (count: Int, responseTime: Int64)] = [:]
    private var escalations: [EscalationType: Int] = [:]
    private var submissions: [Int64: Int] = [:]
    private var requests: [Int64: Int] = [:]
    private let database: Database
    private let limits: FoldLimits

    init(_ database: Database, _ limits: FoldLimits) {
        self.database = database
        self.limits = limits
    }

    // MARK: Counting

    mutating func submitted(_ decision: HeldDecision, createdAt: Int64) throws {
        submissions[createdAt / 60_000_000, default: 0] += 1
        requests[decision.requestedAt / 60_000_000, default: 0] += 1
        decisions[Self.key(decision), default: 0] += 1
        if submissions.count + requests.count > limits.minutes { try flushMinutes() }
    }

    /// Changes a decision and counts what has changed.
    mutating func changing(_ decision: HeldDecision, _ change: (HeldDecision) -> Void) {
        let before = Self.key(decision)
        change(decision)
        let after = Self.key(decision)
        guard before.status != after.status || before.isAnswered != after.isAnswered else { return }
        decisions[before]? -= 1
        decisions[after, default: 0] += 1
    }

    /// Counts the answer that a decision has by now, in the place of the one that it had before.
    mutating func answered(_ decision: HeldDecision, before: HeldDecision.Answer?, at resolvedBefore: Int64?) {
        if let before, let resolvedBefore, let count = answers[before] {
            answers[before] = (count.count - 1, count.responseTime - (resolvedBefore - decision.requestedAt))
        }
        guard let answer = decision.answer, let resolvedAt = decision.resolvedAt else { return }
        let count = answers[answer] ?? (0, 0)
        answers[answer] = (count.count + 1, count.responseTime + resolvedAt - decision.requestedAt)
    }

    mutating func escalated(_ type: EscalationType) {
        escalations[type, default: 0] += 1
    }

    private static func key(_ decision: HeldDecision) -> Key {
        Key(
            status: decision.status, queueRank: decision.queueRank, isQueued: decision.isQueued,
            isAnswered: decision.answer != nil)
    }

    // MARK: The tables

    /// Writes everything and forgets it.
    mutating func flush() throws {
        try flushMinutes()
        try database.execute(
            sql: "DELETE FROM decision_counts; DELETE FROM answer_counts; DELETE FROM escalation_counts")
        for (key, count) in decisions {
            try database.execute(
                sql: "INSERT INTO decision_counts VALUES (?, ?, ?, ?, ?)",
                arguments: [key.status.rawValue, key.queueRank, key.isQueued, key.isAnswered, count])
        }
        for (answer, count) in answers {
            try database.execute(
                sql: "INSERT INTO answer_counts VALUES (?, ?, ?)",
                arguments: ["\(answer.name)", count.count, count.responseTime])
        }
        for (type, count) in escalations {
            try database.execute(
                sql: "INSERT INTO escalation_counts VALUES (?, ?)", arguments: [type.rawValue, count])
        }
        self = CountFold(database, limits)
    }

    private mutating func flushMinutes() throws {
        try add(submissions, to: "submissions")
        try add(requests, to: "requests")
        (submissions, requests) = ([:], [:])
    }

    private func add(_ counts: [Int64: Int], to table: String) throws {
        let statement = try BoundStatement(
            "INSERT INTO \(table) VALUES (?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count", in: database)
        for (minute, count) in counts {
            statement.bind(minute)
            statement.bind(count)
            try statement.run()
        }
    }

    /// Reads everything back; the minutes are added to what is in their tables anyway.
    mutating func reload() throws {
        for row in try Row.fetchAll(database, sql: "SELECT * FROM decision_counts") {
            guard let status = DecisionStatus(rawValue: row[0]) else { continue }
            let key = Key(status: status, queueRank: row[1], isQueued: row[2], isAnswered: row[3])
            decisions[key] = row[4]
        }
        for row in try Row.fetchAll(database, sql: "SELECT * FROM answer_counts") {
            guard let answer = HeldDecision.Answer(name: row[0]) else { continue }
            answers[answer] = (row[1], row[2])
        }
        for row in try Row.fetchAll(database, sql: "SELECT * FROM escalation_counts") {
            guard let type = EscalationType(rawValue: row[0]) else { continue }
            escalations[type] = row[1]
        }
    }
}
