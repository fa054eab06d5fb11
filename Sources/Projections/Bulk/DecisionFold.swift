import EventLog
import GRDB
import Governance

/// Decisions while a file is built: the events of each are folded in memory, and its row is written once.
///
/// Rows are held in the order of their submission, a window of them. Those that are still open when they leave it are
/// held on, up to a limit. A decision that changes after its row was written is looked for in the table.
struct DecisionFold {
    private var held: [UInt64: HeldDecision] = [:]
    private var window = FirstInFirstOut<HeldDecision>()
    private var lingering = FirstInFirstOut<HeldDecision>()
    private let insert: BoundStatement
    private let update: BoundStatement
    private let database: Database
    private let log: any EventStore
    private let limits: FoldLimits

    init(_ database: Database, log: any EventStore, _ limits: FoldLimits) throws {
        self.database = database
        self.log = log
        self.limits = limits
        insert = try BoundStatement(Self.insertion, in: database)
        update = try BoundStatement(Self.updating, in: database)
    }

    // MARK: Holding

    mutating func hold(_ decision: HeldDecision) throws {
        if let other = held[decision.hash] { try write(other) }
        held[decision.hash] = decision
        window.append(decision)
        guard window.count > limits.window, let oldest = window.removeFirst(), !oldest.isWritten else { return }
        if oldest.isClosed { return try write(oldest) }
        lingering.append(oldest)
        if lingering.count > limits.lingering, let oldest = lingering.removeFirst() { try write(oldest) }
    }

    /// The decision of that id; nil where nobody has submitted it.
    mutating func find(_ subject: BulkEvent.Subject, _ id: ArraySlice<UInt8>) throws -> HeldDecision? {
        if let decision = held[subject.hash], decision.isNamed(id) { return decision }
        guard let stored = try stored(subject, id) else { return nil }
        try hold(stored)
        return stored
    }

    /// Writes everything that is held, and forgets it.
    mutating func flush() throws {
        while let decision = window.removeFirst() { try write(decision) }
        while let decision = lingering.removeFirst() { try write(decision) }
    }

    private mutating func write(_ decision: HeldDecision) throws {
        guard !decision.isWritten else { return }
        decision.isWritten = true
        held[decision.hash] = nil
        if decision.submission == nil { try rewrite(decision) } else { try add(decision) }
    }

    // MARK: Rows that were written before

    /// The key of the table is the position of the submission, which the log tells: the index by id is made after the rows.
    private func stored(_ subject: BulkEvent.Subject, _ id: ArraySlice<UInt8>) throws -> HeldDecision? {
        let name = String(decoding: id, as: UTF8.self)
        let stream = GovernanceEvent.decisionStream(name)
        guard let first = try log.read(stream: stream).first else { return nil }
        let columns = """
            decision_id, queue_rank, requested_at, sla_deadline, queued, status, sla_warned, due_at, rejections,
            escalated_at, moved_position, resolved_at, resolved_position, operator_decision, escalated_to,
            escalation_reason, resolved_by, operator_notes, named_actions, execution_result, execution_error
            """
        let statement = try database.cachedStatement(
            sql: "SELECT \(columns) FROM decisions WHERE submitted_position = ?")
        let rows = try Row.fetchCursor(statement, arguments: [first.position])
        guard let row = try rows.next(), row[0] as String == name, let status = DecisionStatus(rawValue: row[5]) else {
            return nil
        }
        var bytes = Array(id)
        func text(_ index: Int) throws -> Slice? {
            try row.withUnsafeData(atIndex: index) { data in
                guard let data else { return nil }
                defer { bytes.append(contentsOf: data) }
                return Slice(bytes.count, data.count)
            }
        }
        let texts = try (14...20).map { try text($0) }
        let decision = HeldDecision(
            position: first.position, hash: subject.hash, id: Slice(0, id.count), queueRank: row[1],
            requestedAt: row[2],
            deadline: row[3], isQueued: row[4], bytes: bytes)
        decision.status = status
        decision.isWarned = row[6]
        decision.dueAt = row[7]
        decision.rejections = row[8]
        decision.escalatedAt = row[9]
        decision.movedPosition = row[10]
        decision.resolvedAt = row[11]
        decision.resolvedPosition = row[12]
        decision.answer = (row[13] as String?).flatMap { HeldDecision.Answer(name: $0) }
        (decision.escalatedTo, decision.escalationReason, decision.resolvedBy) = (texts[0], texts[1], texts[2])
        (decision.notes, decision.namedActions) = (texts[3], texts[4])
        (decision.executionResult, decision.executionError) = (texts[5], texts[6])
        return decision
    }

    // MARK: Writing

    private static let insertion = """
        INSERT INTO decisions (
            submitted_position, decision_id, queue_rank, risk_level, automation_level, priority_score, submitted_by,
            created_at, requested_at, sla_deadline, sla_warn_at, action_type, action_params, reasoning, confidence,
            threat_score, threat_type, target, recommended_action, metadata, \(changing.joined(separator: ", "))
        ) VALUES (\(Array(repeating: "?", count: 20 + changing.count).joined(separator: ", ")))
        """

    private static let updating = """
        UPDATE decisions SET \(changing.map { "\($0) = ?" }.joined(separator: ", ")) WHERE submitted_position = ?
        """

    /// What events after the submission change.
    private static let changing = [
        "version", "updated_at", "status", "queued", "sla_warned", "due_at", "rejections", "escalated_to",
        "escalated_at",
        "moved_position", "escalation_reason", "resolved_at", "resolved_by", "resolved_position", "operator_decision",
        "operator_notes", "named_actions", "execution_result", "execution_error",
    ]

    private func add(_ decision: HeldDecision) throws {
        guard let submission = decision.submission else { return }
        try decision.bytes.withUnsafeBufferPointer { bytes in
            let texts = SliceBinder(bytes: bytes)
            insert.bind(decision.position)
            texts.bind(decision.id, to: insert)
            insert.bind(decision.queueRank)
            texts.bind(submission.riskName, to: insert)
            texts.bind(submission.automationName, to: insert)
            insert.bind(submission.priorityScore)
            texts.bind(submission.submittedBy, to: insert)
            insert.bind(submission.createdAt)
            insert.bind(submission.requestedAt)
            insert.bind(submission.deadline)
            insert.bind(submission.warnAt)
            texts.bind(submission.actionType, to: insert)
            texts.bind(submission.actionParams, to: insert)
            texts.bind(submission.reasoning, to: insert)
            texts.bind(submission.confidence, to: insert)
            texts.bind(submission.threatScore, to: insert)
            texts.bind(submission.threatType, to: insert)
            texts.bind(submission.target, to: insert, orElse: "unknown")
            texts.bind(submission.recommendedAction, to: insert, orElse: "review")
            texts.bind(submission.metadata, to: insert)
            bindChanging(decision, texts, to: insert)
            try insert.run()
        }
    }

    private func rewrite(_ decision: HeldDecision) throws {
        try decision.bytes.withUnsafeBufferPointer { bytes in
            bindChanging(decision, SliceBinder(bytes: bytes), to: update)
            update.bind(decision.position)
            try update.run()
        }
    }

    private func bindChanging(_ decision: HeldDecision, _ texts: SliceBinder, to statement: BoundStatement) {
        statement.bind(decision.version)
        statement.bind(decision.updatedAt)
        statement.bind(decision.status.name)
        statement.bind(decision.isQueued ? 1 : 0)
        statement.bind(decision.isWarned ? 1 : 0)
        statement.bind(decision.dueAt)
        statement.bind(decision.rejections)
        texts.bind(decision.escalatedTo, to: statement)
        statement.bind(decision.escalatedAt)
        statement.bind(decision.movedPosition.map(Int64.init))
        texts.bind(decision.escalationReason, to: statement)
        statement.bind(decision.resolvedAt)
        texts.bind(decision.resolvedBy, to: statement)
        statement.bind(decision.resolvedPosition.map(Int64.init))
        if let answer = decision.answer { statement.bind(answer.name) } else { statement.bindNull() }
        texts.bind(decision.notes, to: statement)
        texts.bind(decision.namedActions, to: statement)
        texts.bind(decision.executionResult, to: statement)
        texts.bind(decision.executionError, to: statement)
    }
}

extension HeldDecision {
    fileprivate func isNamed(_ name: ArraySlice<UInt8>) -> Bool {
        bytes[Int(id.start)..<Int(id.start) + Int(id.count)].elementsEqual(name)
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
