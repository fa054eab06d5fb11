import GRDB
import Governance

/// What decisions are counted under while a file is built: what `DecisionCounts` does otherwise.
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

    /// What is to be added to the tables, by the place of the key; nil for nothing.
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
        decisions[before.place, default: 0] -= 1
        decisions[after.place, default: 0] += 1
    }

    /// Counts the answer that a decision has by now, in the place of the one that it had before.
    mutating func answered(_ decision: HeldDecision, before: HeldDecision.Answer?, at resolvedBefore: Int64?) {
        if let before, let resolvedBefore {
            add(-1, -SummedTime.response(from: decision.requestedAt, to: resolvedBefore), to: before)
        }
        if let answer = decision.answer, let resolvedAt = decision.resolvedAt {
            add(1, SummedTime.response(from: decision.requestedAt, to: resolvedAt), to: answer)
        }
    }

    private mutating func add(_ count: Int, _ responseTime: Int64, to answer: HeldDecision.Answer) {
        let known = answers[answer] ?? (0, 0)
        answers[answer] = (known.count + count, known.responseTime + responseTime)
    }

    mutating func escalated(_ type: EscalationType) {
        escalations[type, default: 0] += 1
    }

    // MARK: The tables

    /// Writes everything and forgets it.
    mutating func flush() throws {
        try flushMinutes()
        for (place, count) in decisions.enumerated() {
            guard let count else { continue }
            let key = Key(place: place)
            try database.add(
                count, decisionsOf: key.status.rawValue, queueRank: key.queueRank, isQueued: key.isQueued,
                isAnswered: key.isAnswered)
        }
        for (answer, sum) in answers {
            try database.add(sum.count, answersOf: "\(answer.name)", responseTime: sum.responseTime)
        }
        for (type, count) in escalations { try database.add(count, escalationsOf: type.rawValue) }
        self = CountFold(database, limits)
    }

    private mutating func flushMinutes() throws {
        try database.addSubmissions(submissions.all)
        try database.addRequests(requests.all)
        (submissions, requests) = (MinuteCounts(), MinuteCounts())
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
