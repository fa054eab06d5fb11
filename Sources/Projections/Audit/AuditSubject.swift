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
        let statement = try database.cachedStatement(
            sql: """
                SELECT submitted_position, target, risk_level, automation_level, created_at, sla_deadline, status,
                    sla_position, closed_position
                FROM subjects WHERE decision_id = ?
                """)
        let rows = try Row.fetchCursor(statement, arguments: [decisionID])
        return try rows.next().map { AuditSubject(row: $0) }
    }

    private init(row: Row) {
        submittedPosition = row[0]
        target = row[1]
        riskLevel = row[2]
        automationLevel = row[3]
        createdAt = Timestamp(microseconds: row[4])
        slaDeadline = Timestamp(optional: row[5])
        status = row[6]
        slaPosition = row[7]
        closedPosition = row[8]
    }

    func insert(_ submitted: DecisionSubmitted, into database: Database) throws {
        let values: [(any DatabaseValueConvertible)?] = [
            submittedPosition, submitted.decisionID, target, submitted.context.actionType.rawValue, riskLevel,
            automationLevel, createdAt.microseconds, slaDeadline?.microseconds, status, slaPosition, closedPosition,
        ]
        try database.cachedStatement(sql: "INSERT INTO subjects VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
            .execute(arguments: StatementArguments(values))
    }

    func update(in database: Database) throws {
        try database.cachedStatement(
            sql: "UPDATE subjects SET status = ?, sla_position = ?, closed_position = ? WHERE submitted_position = ?"
        ).execute(arguments: [status, slaPosition, closedPosition, submittedPosition])
    }
}
