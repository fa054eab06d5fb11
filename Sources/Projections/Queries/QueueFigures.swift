import EventLog
import GRDB
import Governance

/// The figures of the queue that depend on the time.
package struct QueueFigures: Sendable {
    private static let minuteMicroseconds: Int64 = 60_000_000

    private let asOf: Timestamp
    package let oldestCreatedAt: Timestamp?
    package let slaViolations: Int
    /// The first deadline that is not violated yet.
    private let nextDeadline: Timestamp?
    /// Submissions in this minute by the clock, and in the one before.
    private let thisMinute: Int
    private let minuteBefore: Int
    package let averageReviewSeconds: Double

    fileprivate init(_ database: Database, at now: Timestamp) throws {
        asOf = now
        // The first of a lane has waited longest in it.
        let head = """
            SELECT created_at FROM decisions WHERE queued = 1 AND queue_rank = ? ORDER BY submitted_position LIMIT 1
            """
        oldestCreatedAt = try RiskLevel.allCases.compactMap { risk in
            Timestamp(optional: try database.integer(head, [.integer(risk.queueRank)]))
        }.min()
        slaViolations = Int(
            try database.integer("SELECT count(*) FROM decisions WHERE queued = 1 AND sla_deadline < ?", [.time(now)])
                ?? 0)
        nextDeadline = Timestamp(
            optional: try database.integer(
                "SELECT min(sla_deadline) FROM decisions WHERE queued = 1 AND sla_deadline >= ?", [.time(now)]))
        let minute = now.microseconds / Self.minuteMicroseconds
        let submissions = "SELECT count FROM submissions WHERE minute = ?"
        thisMinute = Int(try database.integer(submissions, [.integer(minute)]) ?? 0)
        minuteBefore = Int(try database.integer(submissions, [.integer(minute - 1)]) ?? 0)
        // `total` does not overflow, as `sum` does.
        let review =
            try database.integers(
                """
                SELECT CAST(total(review_time) AS INTEGER), CAST(total(approved + rejected + escalated) AS INTEGER)
                FROM operators
                """) ?? []
        let (reviewTime, reviews) = (Double(review.first.flatMap { $0 } ?? 0), Double(review.last.flatMap { $0 } ?? 0))
        averageReviewSeconds = reviews > 0 ? reviewTime / reviews / 1_000_000 : 0
    }

    /// Whether they still are what they were read as, if nothing was recorded since.
    package func hold(at now: Timestamp) -> Bool {
        let minute = asOf.microseconds / Self.minuteMicroseconds
        guard now >= asOf, now.microseconds / Self.minuteMicroseconds == minute else { return false }
        return nextDeadline.map { now <= $0 } ?? true
    }

    /// Submissions in the last 60 seconds: those of this minute, and of the minute before the part that still counts.
    package func submittedPerMinute(at now: Timestamp) -> Double {
        let elapsed = Double(now.microseconds % Self.minuteMicroseconds) / Double(Self.minuteMicroseconds)
        return Double(thisMinute) + Double(minuteBefore) * (1 - elapsed)
    }
}

extension ViewReader {
    package func queueFigures(at now: Timestamp) throws -> QueueFigures {
        try QueueFigures(database, at: now)
    }
}
