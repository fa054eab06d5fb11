import GRDB

/// What the tables that count decisions and answers are to change by, so that counting never scans.
struct DecisionCounts {
    /// What a decision is counted under.
    struct Figures {
        var status: String
        var queueRank: Int
        var isQueued: Bool
        var answer: String?
        var requestedAt: Int64
        var resolvedAt: Int64?

        /// Those of a decision, and where it stands; nil where there is none.
        static func find(_ decisionID: String, in database: Database) throws -> (place: Int, figures: Figures)? {
            try database.rows("\(select) WHERE decision_id = ?", [.text(decisionID)], row).first
        }

        static func at(_ place: Int, in database: Database) throws -> Figures? {
            try database.rows("\(select) WHERE submitted_position = ?", [.integer(place)], row).first?.figures
        }

        private static let select = """
            SELECT submitted_position, status, queue_rank, queued, operator_decision, requested_at, resolved_at
            FROM decisions
            """

        private static func row(_ columns: Columns) -> (place: Int, figures: Figures) {
            let figures = Figures(
                status: columns.text(1), queueRank: columns.integer(2), isQueued: columns.flag(3),
                answer: columns.optionalText(4), requestedAt: columns.integer(5),
                resolvedAt: columns.optionalInteger(6))
            return (columns.integer(0), figures)
        }

        fileprivate var lane: Lane {
            Lane(status: status, queueRank: queueRank, isQueued: isQueued, isAnswered: answer != nil)
        }

        fileprivate var responseTime: Int64 { resolvedAt.map { SummedTime.response(from: requestedAt, to: $0) } ?? 0 }
    }

    fileprivate struct Lane: Hashable {
        let status: String
        let queueRank: Int
        let isQueued: Bool
        let isAnswered: Bool
    }

    private static let minute: Int64 = 60_000_000

    /// A row may be there with nothing in it: where everything has left it, or never was in it at the end of a transaction.
    private var lanes: [Lane: Int] = [:]
    private var answers: [String: (count: Int, responseTime: Int64)] = [:]
    private var submissions: [Int64: Int] = [:]
    private var requests: [Int64: Int] = [:]

    mutating func add(_ figures: Figures, createdAt: Int64) {
        submissions[createdAt / Self.minute, default: 0] += 1
        requests[figures.requestedAt / Self.minute, default: 0] += 1
        lanes[figures.lane, default: 0] += 1
    }

    /// Counts a decision under what it has become.
    mutating func move(from before: Figures, to after: Figures) {
        guard before.status != after.status || (before.answer == nil) != (after.answer == nil) else { return }
        lanes[before.lane, default: 0] -= 1
        lanes[after.lane, default: 0] += 1
    }

    /// Counts the answer that a decision has by now, in the place of the one that it had before.
    mutating func answer(from before: Figures, to after: Figures) {
        if let answer = before.answer { add(-1, -before.responseTime, to: answer) }
        if let answer = after.answer { add(1, after.responseTime, to: answer) }
    }

    private mutating func add(_ count: Int, _ responseTime: Int64, to answer: String) {
        let known = answers[answer] ?? (0, 0)
        answers[answer] = (known.count + count, known.responseTime + responseTime)
    }

    func write(to database: Database) throws {
        for (lane, count) in lanes {
            try database.add(
                count, decisionsOf: lane.status, queueRank: lane.queueRank, isQueued: lane.isQueued,
                isAnswered: lane.isAnswered)
        }
        for (answer, sum) in answers {
            try database.add(sum.count, answersOf: answer, responseTime: sum.responseTime)
        }
        try database.addSubmissions(submissions)
        try database.addRequests(requests)
    }
}
