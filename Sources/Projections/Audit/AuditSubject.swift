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

    /// Reads, writes and changes rows, for the length of a transaction.
    struct Table {
        private var select = EventStatement(
            """
            SELECT submitted_position, target, risk_level, automation_level, created_at, sla_deadline, status,
                sla_position
            FROM subjects WHERE decision_id = ?
            """)
        private var insertion = EventStatement(
            """
            INSERT INTO subjects VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (decision_id) DO NOTHING
            """)
        private var change = EventStatement(
            "UPDATE subjects SET status = ?, sla_position = ? WHERE submitted_position = ?")

        /// Nil where no decision of that name was submitted.
        mutating func find(_ decisionID: String, in database: Database) throws -> AuditSubject? {
            let statement = try select(in: database)
            statement.bind(decisionID)
            return try statement.first { AuditSubject($0) }
        }

        /// - Returns: false where a decision of that name was submitted before; nothing has changed then.
        mutating func insert(
            _ subject: AuditSubject, _ submitted: DecisionSubmitted, into database: Database
        ) throws -> Bool {
            let row = try insertion(in: database)
            row.bind(subject.submittedPosition)
            row.bind(submitted.decisionID)
            row.bind(subject.target)
            row.bind(submitted.context.actionType.rawValue)
            row.bind(subject.riskLevel)
            row.bind(subject.automationLevel)
            row.bind(subject.createdAt)
            row.bind(subject.slaDeadline)
            row.bind(subject.status)
            row.bind(subject.slaPosition)
            try row.run()
            return database.changesCount == 1
        }

        mutating func update(_ subject: AuditSubject, in database: Database) throws {
            let row = try change(in: database)
            row.bind(subject.status)
            row.bind(subject.slaPosition)
            row.bind(subject.submittedPosition)
            try row.run()
        }
    }

    private init(_ columns: Columns) {
        submittedPosition = columns.integer(0)
        target = columns.integer(1)
        riskLevel = columns.integer(2)
        automationLevel = columns.integer(3)
        createdAt = columns.time(4)
        slaDeadline = columns.optionalTime(5)
        status = columns.integer(6)
        slaPosition = columns.optionalInteger(7).map { Int($0) }
    }
}
