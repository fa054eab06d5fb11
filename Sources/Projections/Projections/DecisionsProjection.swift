import EventLog
import GRDB
import Governance

/// One row a decision, with all that a list or a detail shows.
struct DecisionsProjection: Projection {
    static let name = "decisions"

    private var counts = DecisionCounts()
    private var rows = EventRows<Submission>()

    mutating func apply(_ event: CommittedEvent, to database: Database) throws {
        guard case .decision(let decision) = event.governance else { return }
        let recorded = event.recorded
        switch decision {
        case .submitted(let submitted):
            try insert(submitted, recorded, into: database)
        case .approved(let verdict):
            try resolve(verdict, as: .approved, "approve", notes: verdict.comment, recorded, in: database)
        case .rejected(let verdict, let reason):
            let notes = reason.isEmpty ? verdict.comment : reason
            try resolve(verdict, as: .rejected, "reject", notes: notes, recorded, in: database)
        case .escalated(let escalated):
            try escalate(escalated, recorded, in: database)
        case .slaWarned:
            try update(recorded, decision.decisionID, "sla_warned = 1, due_at = sla_deadline", [], in: database)
        case .timedOut:
            try update(
                recorded, decision.decisionID,
                "status = 'timeout', due_at = NULL, moved_position = coalesce(moved_position, ?)",
                [.integer(recorded.position)], in: database)
        case .cancelled:
            try update(
                recorded, decision.decisionID,
                "status = 'cancelled', queued = 0, due_at = NULL, resolved_at = ?, resolved_by = ?, resolved_position = ?",
                [.time(recorded.recordedAt), .text(recorded.actor), .integer(recorded.position)], in: database)
        case .executed(_, let result):
            try update(
                recorded, decision.decisionID,
                "status = 'executed', execution_result = ?, resolved_at = coalesce(resolved_at, ?), resolved_position = ?",
                [.text(result.text), .time(recorded.recordedAt), .integer(recorded.position)], in: database)
        case .executionFailed(_, let error):
            try update(
                recorded, decision.decisionID,
                "status = 'failed', execution_error = ?, resolved_at = coalesce(resolved_at, ?), resolved_position = ?",
                [.text(error), .time(recorded.recordedAt), .integer(recorded.position)], in: database)
        }
    }

    mutating func finish(in database: Database) throws {
        try rows.flush(into: database)
        try counts.write(to: database)
    }

    private mutating func insert(
        _ submitted: DecisionSubmitted, _ recorded: RecordedEvent, into database: Database
    ) throws {
        try rows.insert(Submission(submitted: submitted, recorded: recorded), into: database)
        let figures = DecisionCounts.Figures(
            status: "pending", queueRank: submitted.riskLevel.queueRank,
            isQueued: submitted.automationLevel.requiresReview,
            requestedAt: submitted.requestTime.microseconds)
        counts.add(figures, createdAt: submitted.createdAt.microseconds)
    }

    private mutating func resolve(
        _ verdict: OperatorVerdict, as status: DecisionStatus, _ action: String, notes: String,
        _ recorded: RecordedEvent, in database: Database
    ) throws {
        try update(
            recorded, verdict.decisionID,
            """
            status = ?, queued = 0, due_at = NULL, resolved_at = ?, resolved_by = ?, resolved_position = ?, operator_decision = ?,
            operator_notes = ?, named_actions = ?, rejections = rejections + ?
            """,
            [
                .text(status.rawValue), .time(recorded.recordedAt), .text(verdict.operatorID),
                .integer(recorded.position), .text(action), .text(verdict.notes(orElse: notes)),
                .optional(verdict.namedActionsText), .flag(status == .rejected),
            ],
            isAnswer: true, in: database)
    }

    private mutating func escalate(
        _ escalated: DecisionEscalated, _ recorded: RecordedEvent, in database: Database
    ) throws {
        let handedUp = """
            status = 'escalated', due_at = NULL, escalated_to = ?, escalation_reason = ?,
            moved_position = coalesce(moved_position, ?)
            """
        let values: [BoundValue] = [
            .text(escalated.toRole), .text(escalated.reason), .integer(recorded.position),
        ]
        guard let verdict = escalated.verdict else {
            return try update(recorded, escalated.decisionID, handedUp, values, in: database)
        }
        try update(
            recorded, escalated.decisionID,
            """
            \(handedUp), resolved_at = ?, resolved_by = ?, operator_decision = 'escalate',
            operator_notes = ?, named_actions = ?
            """,
            values + [
                .time(recorded.recordedAt), .text(verdict.operatorID),
                .text(verdict.notes(orElse: verdict.comment.isEmpty ? escalated.reason : verdict.comment)),
                .optional(verdict.namedActionsText),
            ], isAnswer: true, in: database)
    }

    /// - Parameter isAnswer: whether a person has answered, anew even if in the same words.
    private mutating func update(
        _ recorded: RecordedEvent, _ decisionID: String, _ assignments: String,
        _ values: [BoundValue], isAnswer: Bool = false, in database: Database
    ) throws {
        try rows.flush(into: database)
        guard let (place, before) = try DecisionCounts.Figures.find(decisionID, in: database) else {
            throw ProjectionError.missingRow("decision \(decisionID)")
        }
        try database.run(
            "UPDATE decisions SET \(assignments), version = ?, updated_at = ? WHERE submitted_position = ?",
            values + [.integer(recorded.version), .time(recorded.recordedAt), .integer(place)])
        guard let after = try DecisionCounts.Figures.at(place, in: database) else { return }
        counts.move(from: before, to: after)
        if isAnswer { counts.answer(from: before, to: after) }
    }
}

/// A decision as it begins.
private struct Submission: EventRow {
    static let insertion = RowInsertion(
        into: """
            decisions (
                submitted_position, decision_id, version, queue_rank, automation_level, status, queued, submitted_by,
                created_at, requested_at, updated_at, sla_deadline, sla_warn_at, due_at, action_type,
                action_params, reasoning, confidence, threat_score, threat_type, target, recommended_action, metadata
            )
            """,
        "(?, ?, ?, ?, ?, 'pending', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")

    let submitted: DecisionSubmitted
    let recorded: RecordedEvent

    func bind(to row: BoundStatement) {
        row.bind(recorded.position)
        row.bind(submitted.decisionID)
        row.bind(recorded.version)
        row.bind(submitted.riskLevel.queueRank)
        row.bind(submitted.automationLevel.rawValue)
        row.bind(submitted.automationLevel.requiresReview)
        row.bind(submitted.submittedBy)
        row.bind(submitted.createdAt)
        row.bind(submitted.requestTime)
        row.bind(recorded.recordedAt)
        row.bind(submitted.slaDeadline)
        row.bind(submitted.warnAt)
        row.bind(submitted.warnAt)
        row.bind(submitted.context.actionType.rawValue)
        row.bind(JSON.object(submitted.context.actionParams).text)
        row.bind(submitted.context.reasoning)
        row.bind(submitted.context.confidence.text)
        row.bind(submitted.context.threatScore.text)
        row.bind(submitted.context.threatType)
        row.bind(submitted.context.target)
        row.bind(submitted.context.recommendedAction)
        row.bind(JSON.object(submitted.context.metadata).text)
    }
}

extension DecisionSubmitted {
    /// When the question arose, as its author says; else when it was asked.
    fileprivate var requestTime: Timestamp { requestedAt ?? createdAt }
}

extension OperatorVerdict {
    /// An analyst's notes stay what they are, empty ones too (hitl-api 7.3); elsewhere a reason stands in for them.
    func notes(orElse others: String) -> String {
        isByUser ? comment : others
    }

    var namedActionsText: String? {
        namedActions.map { JSON.array($0.map { .string($0) }).text }
    }
}
