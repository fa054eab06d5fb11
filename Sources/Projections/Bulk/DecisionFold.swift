import EventLog
import GRDB
import Governance

/// Decisions while a file is built: the events of each are folded in memory, and its row is written once.
///
/// Rows are held in the order of their submission, a window of them. Those that are still open when they leave it are
/// held on, up to a limit. A decision that changes after its row was written is looked for in the table.
struct DecisionFold {
    /// Rows in one statement: its beginning and its end cost as much as a row.
    private static let batchRows = 16

    private var held = HeldTable()
    private var window = FirstInFirstOut<HeldDecision>()
    private var lingering = FirstInFirstOut<HeldDecision>()
    /// Those that were written, to be used again.
    private var spare: [HeldDecision] = []
    /// Those that have left the queues: they are written next, all at once.
    private var leaving: [HeldDecision] = []
    private let insert: BoundStatement
    private let insertBatch: BoundStatement
    private let update: BoundStatement
    private let database: Database
    private let log: any EventStore
    private let limits: FoldLimits

    init(_ database: Database, log: any EventStore, _ limits: FoldLimits) throws {
        self.database = database
        self.log = log
        self.limits = limits
        insert = try BoundStatement(Self.insertion(of: 1), in: database)
        insertBatch = try BoundStatement(Self.insertion(of: Self.batchRows), in: database)
        update = try BoundStatement(Self.updating, in: database)
    }

    // MARK: Holding

    /// Holds a decision that was just submitted.
    mutating func submit(
        _ submission: BulkEvent.Submitted, _ record: BulkRecord, _ text: TextBytes
    ) throws -> HeldDecision {
        let decision = spare.popLast() ?? HeldDecision()
        decision.begin(submission, record, text)
        try hold(decision)
        return decision
    }

    /// The decision of that id; nil where nobody has submitted it.
    mutating func find(_ subject: BulkEvent.Subject, _ text: TextBytes) throws -> HeldDecision? {
        let id = text[subject.id]
        if let decision = held.find(subject.hash), decision.isNamed(id) { return decision }
        guard let stored = try stored(subject, id) else { return nil }
        try hold(stored)
        return stored
    }

    private mutating func hold(_ decision: HeldDecision) throws {
        if let other = held.find(decision.hash) {
            try write(other)
            other.isWritten = true
        }
        held.insert(decision)
        window.append(decision)
        guard window.count > limits.window, let oldest = window.removeFirst() else { return }
        if oldest.isClosed || oldest.isWritten { return try release(oldest) }
        lingering.append(oldest)
        if lingering.count > limits.lingering, let oldest = lingering.removeFirst() { try release(oldest) }
    }

    /// Writes everything that is held, and forgets it.
    mutating func flush() throws {
        while let decision = lingering.removeFirst() { try release(decision) }
        while let decision = window.removeFirst() { try release(decision) }
        try writeLeaving()
    }

    /// Has a decision written soon that has left the queues.
    private mutating func release(_ decision: HeldDecision) throws {
        leaving.append(decision)
        if leaving.count == Self.batchRows { try writeLeaving() }
    }

    private mutating func writeLeaving() throws {
        if leaving.count == Self.batchRows, leaving.allSatisfy({ !$0.isWritten && $0.submission != nil }) {
            for decision in leaving {
                bind(decision, to: insertBatch)
                held.remove(decision.hash)
            }
            try insertBatch.run()
        } else {
            for decision in leaving where !decision.isWritten { try write(decision) }
        }
        spare.append(contentsOf: leaving)
        leaving.removeAll(keepingCapacity: true)
    }

    private mutating func write(_ decision: HeldDecision) throws {
        held.remove(decision.hash)
        if decision.submission == nil {
            bindChanging(decision, to: update)
            update.bind(decision.position)
            try update.run()
        } else {
            bind(decision, to: insert)
            try insert.run()
        }
    }

    // MARK: Rows that were written before

    /// The key of the table is the position of the submission, which the log tells: the index by id is made after the rows.
    private mutating func stored(
        _ subject: BulkEvent.Subject, _ id: UnsafeBufferPointer<UInt8>
    ) throws -> HeldDecision? {
        let name = String(decoding: id, as: UTF8.self)
        guard let first = try log.read(stream: GovernanceEvent.decisionStream(name)).first else { return nil }
        let columns = """
            decision_id, queue_rank, requested_at, sla_deadline, queued, status, sla_warned, due_at, rejections,
            moved_position, resolved_at, resolved_position, operator_decision, escalated_to, escalation_reason,
            resolved_by, operator_notes, named_actions, execution_result, execution_error
            """
        let statement = try database.cachedStatement(
            sql: "SELECT \(columns) FROM decisions WHERE submitted_position = ?")
        let rows = try Row.fetchCursor(statement, arguments: [first.position])
        guard let row = try rows.next(), row[0] as String == name, let status = DecisionStatus(rawValue: row[5]) else {
            return nil
        }
        let decision = spare.popLast() ?? HeldDecision()
        decision.begin(
            stored: first.position, subject, named: id, queueRank: row[1], requestedAt: row[2], deadline: row[3])
        decision.isQueued = row[4]
        decision.status = status
        decision.isWarned = row[6]
        decision.dueAt = row[7]
        decision.rejections = row[8]
        decision.movedPosition = row[9]
        decision.resolvedAt = row[10]
        decision.resolvedPosition = row[11]
        decision.answer = (row[12] as String?).flatMap { HeldDecision.Answer(name: $0) }
        func text(_ index: Int) throws -> Slice? {
            try row.withUnsafeData(atIndex: index) { data in
                data.map { data in Array(data).withUnsafeBufferPointer { decision.keep($0) } }
            }
        }
        decision.escalatedTo = try text(13)
        decision.escalationReason = try text(14)
        decision.resolvedBy = try text(15)
        decision.notes = try text(16)
        decision.namedActions = try text(17)
        decision.executionResult = try text(18)
        decision.executionError = try text(19)
        return decision
    }

    // MARK: Writing

    private static func insertion(of rows: Int) -> String {
        let row = "(\(Array(repeating: "?", count: 18 + changing.count).joined(separator: ", ")))"
        return """
            INSERT INTO decisions (
                submitted_position, decision_id, queue_rank, automation_level, submitted_by, created_at, requested_at,
                sla_deadline, sla_warn_at, action_type, action_params, reasoning, confidence, threat_score, threat_type,
                target, recommended_action, metadata, \(changing.joined(separator: ", "))
            ) VALUES \(Array(repeating: row, count: rows).joined(separator: ", "))
            """
    }

    private static let updating = """
        UPDATE decisions SET \(changing.map { "\($0) = ?" }.joined(separator: ", ")) WHERE submitted_position = ?
        """

    /// What events after the submission change.
    private static let changing = [
        "version", "updated_at", "status", "queued", "sla_warned", "due_at", "rejections", "escalated_to",
        "moved_position", "escalation_reason", "resolved_at", "resolved_by", "resolved_position", "operator_decision",
        "operator_notes", "named_actions", "execution_result", "execution_error",
    ]

    private func bind(_ decision: HeldDecision, to statement: BoundStatement) {
        guard let submission = decision.submission else { return }
        let text = decision.text
        statement.bind(decision.position)
        text.bind(decision.id, to: statement)
        statement.bind(decision.queueRank)
        text.bind(submission.automationName, to: statement)
        text.bind(submission.submittedBy, to: statement)
        statement.bind(submission.createdAt)
        statement.bind(submission.requestedAt)
        statement.bind(submission.deadline)
        statement.bind(submission.warnAt)
        text.bind(submission.actionType, to: statement)
        text.bind(submission.actionParams, to: statement)
        text.bind(submission.reasoning, to: statement)
        text.bind(submission.confidence, to: statement)
        text.bind(submission.threatScore, to: statement)
        text.bind(submission.threatType, to: statement)
        text.bind(submission.target, to: statement, orElse: "unknown")
        text.bind(submission.recommendedAction, to: statement, orElse: "review")
        text.bind(submission.metadata, to: statement)
        bindChanging(decision, to: statement)
    }

    private func bindChanging(_ decision: HeldDecision, to statement: BoundStatement) {
        let text = decision.text
        statement.bind(decision.version)
        statement.bind(decision.updatedAt)
        statement.bind(decision.status.name)
        statement.bind(decision.isQueued ? 1 : 0)
        statement.bind(decision.isWarned ? 1 : 0)
        statement.bind(decision.dueAt)
        statement.bind(decision.rejections)
        text.bind(decision.escalatedTo, to: statement)
        statement.bind(decision.movedPosition.map(Int64.init))
        text.bind(decision.escalationReason, to: statement)
        statement.bind(decision.resolvedAt)
        text.bind(decision.resolvedBy, to: statement)
        statement.bind(decision.resolvedPosition.map(Int64.init))
        if let answer = decision.answer { statement.bind(answer.name) } else { statement.bindNull() }
        text.bind(decision.notes, to: statement)
        text.bind(decision.namedActions, to: statement)
        text.bind(decision.executionResult, to: statement)
        text.bind(decision.executionError, to: statement)
    }
}

extension DecisionStatus {
    /// As it stands in the log and in the tables, without an allocation.
    fileprivate var name: StaticString {
        switch self {
        case .pending: "pending"
        case .approved: "approved"
        case .rejected: "rejected"
        case .executed: "executed"
        case .failed: "failed"
        case .timeout: "timeout"
        case .escalated: "escalated"
        case .cancelled: "cancelled"
        }
    }
}
