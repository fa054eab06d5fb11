import GRDB
import Governance

/// The tables that count, kept in memory while a file is built: what `DecisionCounts` does otherwise.
struct CountFold {
    /// What a decision is counted under.
    private struct Key: Equatable {
        let status: DecisionStatus
        let queueRank: Int
        let isQueued: Bool
        let isAnswered: Bool

        static let count = DecisionStatus.allCases.count << 4

        var place: Int { status.ordinal << 4 | queueRank << 2 | (isQueued ? 2 : 0) | (isAnswered ? 1 : 0) }

        init(status: DecisionStatus, queueRank: Int, isQueued: Bool, isAnswered: Bool) {
            self.status = status
            self.queueRank = queueRank
            self.isQueued = isQueued
            self.isAnswered = isAnswered
        }

        init(place: Int) {
            self.init(
                status: DecisionStatus.allCases[place >> 4], queueRank: place >> 2 & 3, isQueued: place & 2 > 0,
                isAnswered: place & 1 > 0)
        }

        init(_ decision: HeldDecision) {
            self.init(
                status: decision.status, queueRank: decision.queueRank, isQueued: decision.isQueued,
                isAnswered: decision.answer != nil)
        }
    }

    /// By the place of the key; nil where nothing was ever counted.
    private var decisions: [Int?] = Array(repeating: nil, count: Key.count)
    private var answers: [HeldDecision.Answer: (count: Int, responseTime: Int64)] = [:]
    private var escalations: [EscalationType: Int] = [:]
    private var submissions = MinuteCounts()
    private var requests = MinuteCounts()
    private let database: Database
    private let limits: FoldLimits

    init(_ database: Database, _ limits: FoldLimits) {
        self.database = database
        self.limits = limits
    }

    // MARK: Counting

    mutating func submitted(_ decision: HeldDecision, createdAt: Int64) throws {
        submissions.add(createdAt)
        requests.add(decision.requestedAt)
        decisions[Key(decision).place, default: 0] += 1
        if submissions.count + requests.count > limits.minutes { try flushMinutes() }
    }

    /// Changes a decision and counts what has changed.
    mutating func changing(_ decision: HeldDecision, _ change: (HeldDecision) -> Void) {
        let before = Key(decision)
        change(decision)
        let after = Key(decision)
        guard before.status != after.status || before.isAnswered != after.isAnswered else { return }
        decisions[before.place]? -= 1
        decisions[after.place, default: 0] += 1
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

    // MARK: The tables

    /// Writes everything and forgets it.
    mutating func flush() throws {
        try flushMinutes()
        try database.execute(
            sql: "DELETE FROM decision_counts; DELETE FROM answer_counts; DELETE FROM escalation_counts")
        for (place, count) in decisions.enumerated() {
            guard let count else { continue }
            let key = Key(place: place)
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
        (submissions, requests) = (MinuteCounts(), MinuteCounts())
    }

    private func add(_ counts: MinuteCounts, to table: String) throws {
        let statement = try BoundStatement(
            "INSERT INTO \(table) VALUES (?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count", in: database)
        for (minute, count) in counts.all {
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
            decisions[key.place] = row[4]
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

/// How often something happened in each minute since 1970. Most of it happens in the same minute as what was before.
private struct MinuteCounts {
    private var counts: [Int64: Int] = [:]
    private var minute: Int64 = 0
    private var countOfMinute = 0

    mutating func add(_ microseconds: Int64) {
        if microseconds / 60_000_000 != minute {
            if countOfMinute > 0 { counts[minute, default: 0] += countOfMinute }
            minute = microseconds / 60_000_000
            countOfMinute = 0
        }
        countOfMinute += 1
    }

    var count: Int { counts.count }

    var all: [Int64: Int] {
        var all = counts
        if countOfMinute > 0 { all[minute, default: 0] += countOfMinute }
        return all
    }
}

extension [Int?] {
    fileprivate subscript(place: Int, default value: Int) -> Int {
        get { self[place] ?? value }
        set { self[place] = newValue }
    }
}

extension DecisionStatus {
    fileprivate var ordinal: Int {
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
