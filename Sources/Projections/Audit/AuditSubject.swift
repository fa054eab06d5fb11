import EventLog
import GRDB
import Governance

/// What the index keeps of a decision: a row of `subjects`.
struct AuditSubject {
    let submittedPosition: Position
    let target: Int
    let riskLevel: Int
    let automationLevel: Int
    let createdAt: Timestamp
    let slaDeadline: Timestamp?
    private(set) var status: Int
    /// The event that met or missed the deadline.
    private(set) var slaPosition: Position?
    private(set) var closedPosition: Position?
    /// Whether it met or missed it, where it is the last event that was taken.
    private(set) var slaOutcome: SLAOutcome?

    // MARK: The fold

    init(_ submitted: DecisionSubmitted, at position: Position, target: Int) {
        submittedPosition = position
        self.target = target
        riskLevel = submitted.riskLevel.auditCode
        automationLevel = submitted.automationLevel.auditCode
        createdAt = submitted.createdAt
        slaDeadline = submitted.slaDeadline
        status = DecisionStatus.pending.auditCode
        closedPosition = submitted.automationLevel.requiresReview ? nil : position
    }

    mutating func take(_ event: DecisionEvent, _ recorded: RecordedEvent) {
        slaOutcome = nil
        switch event {
        case .submitted, .slaWarned: return
        case .approved:
            answer(.approved, recorded)
        case .rejected:
            answer(.rejected, recorded)
        case .escalated(let escalated):
            if escalated.verdict == nil {
                status = DecisionStatus.escalated.auditCode
            } else {
                answer(.escalated, recorded)
            }
        case .timedOut:
            status = DecisionStatus.timeout.auditCode
            settle(.missed, recorded)
        case .cancelled: status = DecisionStatus.cancelled.auditCode
        case .executed: status = DecisionStatus.executed.auditCode
        case .executionFailed: status = DecisionStatus.failed.auditCode
        }
        if DecisionStatus(auditCode: status)?.isOpen != true, closedPosition == nil {
            closedPosition = recorded.position
        }
    }

    /// The first answer of a person keeps the deadline or comes too late, unless the clock was faster.
    private mutating func answer(_ status: DecisionStatus, _ recorded: RecordedEvent) {
        self.status = status.auditCode
        guard let slaDeadline else { return }
        settle(recorded.recordedAt <= slaDeadline ? .met : .missed, recorded)
    }

    private mutating func settle(_ outcome: SLAOutcome, _ recorded: RecordedEvent) {
        guard slaPosition == nil else { return }
        slaPosition = recorded.position
        slaOutcome = outcome
    }

    // MARK: The row

    /// Nil where no decision of that name was submitted.
    static func find(_ decisionID: String, in database: Database) throws -> AuditSubject? {
        let row = try database.integers(
            """
            SELECT submitted_position, target, risk_level, automation_level, created_at, sla_deadline, status,
                sla_position, closed_position
            FROM subjects WHERE decision_id = ?
            """,
            [.text(decisionID)])
        return row.map { AuditSubject(row: $0) }
    }

    private init(row: [Int64?]) {
        func number(_ column: Int) -> Int { Int(row[column] ?? 0) }
        submittedPosition = number(0)
        target = number(1)
        riskLevel = number(2)
        automationLevel = number(3)
        createdAt = Timestamp(microseconds: row[4] ?? 0)
        slaDeadline = row[5].map { Timestamp(microseconds: $0) }
        status = number(6)
        slaPosition = row[7].map { Int($0) }
        closedPosition = row[8].map { Int($0) }
    }

    func insert(_ submitted: DecisionSubmitted, into database: Database) throws {
        try database.run(
            "INSERT INTO subjects VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                .integer(submittedPosition), .text(submitted.decisionID), .integer(target),
                .text(submitted.context.actionType.rawValue), .integer(riskLevel), .integer(automationLevel),
                .time(createdAt), .time(slaDeadline), .integer(status), .optional(slaPosition),
                .optional(closedPosition),
            ])
    }

    func update(in database: Database) throws {
        try database.run(
            "UPDATE subjects SET status = ?, sla_position = ?, closed_position = ? WHERE submitted_position = ?",
            [.integer(status), .optional(slaPosition), .optional(closedPosition), .integer(submittedPosition)])
    }
}
