import EventLog
import GRDB
import Governance

/// One row a decision, with all that a list or a detail shows.
enum DecisionsProjection: Projection {
    static let name = "decisions"

    static func apply(_ event: CommittedEvent, to database: Database) throws {
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
                "status = 'timeout', due_at = NULL, moved_position = coalesce(moved_position, ?)", [recorded.position],
                in: database)
        case .cancelled:
            try update(
                recorded, decision.decisionID,
                "status = 'cancelled', queued = 0, due_at = NULL, resolved_at = ?, resolved_by = ?, resolved_position = ?",
                [recorded.recordedAt.microseconds, recorded.actor, recorded.position], in: database)
        case .executed(_, let result):
            try update(
                recorded, decision.decisionID,
                "status = 'executed', execution_result = ?, resolved_at = coalesce(resolved_at, ?), resolved_position = ?",
                [result.text, recorded.recordedAt.microseconds, recorded.position], in: database)
        case .executionFailed(_, let error):
            try update(
                recorded, decision.decisionID,
                "status = 'failed', execution_error = CAST(? AS TEXT), resolved_at = coalesce(resolved_at, ?), resolved_position = ?",
                [error.wholeText, recorded.recordedAt.microseconds, recorded.position], in: database)
        }
    }

    private static func insert(
        _ submitted: DecisionSubmitted, _ recorded: RecordedEvent, into database: Database
    ) throws {
        let statement = try database.cachedStatement(
            sql: """
                INSERT INTO decisions (
                    decision_id, submitted_position, version, queue_rank, risk_level, automation_level, status, queued,
                    priority_score, submitted_by, created_at, requested_at, updated_at, sla_deadline, sla_warn_at, due_at, action_type,
                    action_params, reasoning, confidence, threat_score, threat_type, target, recommended_action, metadata
                ) VALUES (?, ?, ?, ?, ?, ?, 'pending', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
                    CAST(? AS TEXT), ?, ?, CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT), ?)
                """)
        let context = submitted.context
        let values: [(any DatabaseValueConvertible)?] = [
            submitted.decisionID, recorded.position, recorded.version, submitted.riskLevel.queueRank,
            submitted.riskLevel.rawValue, submitted.automationLevel.rawValue, submitted.automationLevel.requiresReview,
            submitted.priorityScore, submitted.submittedBy, submitted.createdAt.microseconds,
            (submitted.requestedAt ?? submitted.createdAt).microseconds,
            recorded.recordedAt.microseconds, submitted.slaDeadline?.microseconds, submitted.warnAt?.microseconds,
            submitted.warnAt?.microseconds,
            context.actionType.rawValue, JSON.object(context.actionParams).text, context.reasoning.wholeText,
            context.confidence.text, context.threatScore.text, context.threatType.wholeText, context.target.wholeText,
            context.recommendedAction.wholeText, JSON.object(context.metadata).text,
        ]
        try statement.execute(arguments: StatementArguments(values))
    }

    private static func resolve(
        _ verdict: OperatorVerdict, as status: DecisionStatus, _ action: String, notes: String,
        _ recorded: RecordedEvent, in database: Database
    ) throws {
        try update(
            recorded, verdict.decisionID,
            """
            status = ?, queued = 0, due_at = NULL, resolved_at = ?, resolved_by = ?, resolved_position = ?, operator_decision = ?,
            operator_notes = CAST(? AS TEXT), named_actions = ?, rejections = rejections + ?
            """,
            [
                status.rawValue, recorded.recordedAt.microseconds, verdict.operatorID, recorded.position, action,
                verdict.notes(orElse: notes).wholeText, verdict.namedActionsText, status == .rejected ? 1 : 0,
            ],
            in: database)
    }

    private static func escalate(
        _ escalated: DecisionEscalated, _ recorded: RecordedEvent, in database: Database
    ) throws {
        let handedUp = """
            status = 'escalated', due_at = NULL, escalated_to = ?, escalated_at = ?, escalation_reason = CAST(? AS TEXT),
            moved_position = coalesce(moved_position, ?)
            """
        let values: [(any DatabaseValueConvertible)?] = [
            escalated.toRole, recorded.recordedAt.microseconds, escalated.reason.wholeText, recorded.position,
        ]
        guard let verdict = escalated.verdict else {
            return try update(recorded, escalated.decisionID, handedUp, values, in: database)
        }
        try update(
            recorded, escalated.decisionID,
            """
            \(handedUp), resolved_at = ?, resolved_by = ?, operator_decision = 'escalate',
            operator_notes = CAST(? AS TEXT), named_actions = ?
            """,
            values + [
                recorded.recordedAt.microseconds, verdict.operatorID,
                verdict.notes(orElse: verdict.comment.isEmpty ? escalated.reason : verdict.comment).wholeText,
                verdict.namedActionsText,
            ], in: database)
    }

    private static func update(
        _ recorded: RecordedEvent, _ decisionID: String, _ assignments: String,
        _ values: [(any DatabaseValueConvertible)?], in database: Database
    ) throws {
        let statement = try database.cachedStatement(
            sql: "UPDATE decisions SET \(assignments), version = ?, updated_at = ? WHERE decision_id = ?")
        let place: [(any DatabaseValueConvertible)?] = [recorded.version, recorded.recordedAt.microseconds, decisionID]
        try statement.execute(arguments: StatementArguments(values + place))
        guard database.changesCount == 1 else {
            throw ProjectionError.missingRow("decision \(decisionID)")
        }
    }
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
