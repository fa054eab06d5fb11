import EventLog
import Governance

// What the Governance API answers.
extension NamedSchema {
    static let queue = NamedSchema(
        "Queue",
        .object([
            .required("total_pending", .count, "Decisions in the queue, those that were handed up included."),
            .required("by_risk_level", countsByRisk),
            .required("by_category", countsByRisk, "The same figures."),
            .required("by_severity", countsByRisk, "The same figures."),
            .required("oldest_pending_seconds", .count.orNull, "Null where nothing waits."),
            .required("sla_violations", .count, "Decisions in the queue whose deadline has passed."),
            .required("decisions", .list(of: .reference(.flatDecision)), "In the order of the queue."),
            .required("total", .count, "As total_pending, before the limit."),
            .required("oldest_decision_age_seconds", .amount),
            .required(
                "metadata",
                .object([.required("decisions_per_minute", .amount), .required("avg_response_time", .amount)])),
            .required(
                "by_status",
                .object(DecisionStatus.allCases.filter(\.isOpen).map { .required($0.rawValue, .count) })),
        ]))

    private static let countsByRisk = Schema.object(RiskLevel.allCases.map { .required($0.rawValue, .count) })

    static let flatDecision = NamedSchema("FlatDecision", flat(in: .canonical))
    static let flatDecisionAlias = NamedSchema("FlatDecisionUpperCase", flat(in: .alias))

    /// Governance-api 5.2.
    private static func flat(in dialect: Dialect) -> Schema {
        .object([
            .required("decision_id", .string),
            .required("action_type", actionType),
            .required("target", .string),
            .required("risk_level", .word(RiskLevel.allCases.map { dialect.word($0) })),
            .required("status", .word(DecisionStatus.allCases.map { dialect.word($0) })),
            .required("automation_level", .word(AutomationLevel.allCases.map { dialect.word($0) })),
            .required("confidence", .number),
            .required("context", .anyObject, "The metadata; `{\"truncated\":true}` where a list or a stream shortens it."),
            .required("reasoning", .string),
            .required("recommended_action", .string),
            .required("threat_score", .number),
            .required("threat_type", .string),
            .required("created_at", .moment),
            .required("sla_deadline", .moment.orNull),
            .optional("resolved_at", .moment, "This and what follows: once it is decided or handed up."),
            .optional("operator_id", .string.orNull, "Null where nobody was asked."),
            .optional("operator_decision", .word(["approve", "reject", "escalate"]).orNull),
            .optional("operator_notes", .string.orNull),
            .optional("operator_override", .boolean),
        ])
    }

    static let nestedDecision = NamedSchema("Decision", .object(nestedProperties))

    /// Governance-api 5.1.
    private static let nestedProperties: [Property] = [
        .required("decision_id", .string),
        .required("status", status),
        .required("risk_level", riskLevel),
        .required("automation_level", automationLevel),
        .required("created_at", .moment),
        .required("sla_deadline", .moment.orNull),
        .required("context", .reference(decisionContext)),
        .required(
            "resolution",
            .any(of: [
                .object([
                    .required("status", status), .required("resolved_at", .moment.orNull),
                    .required("resolved_by", .string.orNull),
                ]),
                .null,
            ]),
            "The last thing that a person did; null while the decision is pending."),
    ]

    static let decisionContext = NamedSchema(
        "DecisionContext",
        .object([
            .required("action_type", actionType),
            .required("action_params", .anyObject),
            .required("ai_reasoning", .string),
            .required("confidence", .number),
            .required("threat_score", .number),
            .required("threat_type", .string),
            .required("metadata", .anyObject),
        ]))

    static let wholeDecision = NamedSchema("WholeDecision", .object(nestedProperties + wholeProperties))

    private static let wholeProperties: [Property] = [
        .required("action_type", actionType),
        .required("target", .string),
        .required("confidence", .number),
        .required("reasoning", .string),
        .required("recommended_action", .string),
        .required("threat_score", .number),
        .required("threat_type", .string),
        .required("submitted_by", .string.example("agent:soar")),
        .required("version", .integer, "How many events the decision has."),
        .required("updated_at", .moment),
        .required("escalated_to", .string.orNull),
    ]

    static let decisionStatus = NamedSchema(
        "DecisionStatus", .object([.required("decision_id", .string), .required("status", status)]))

    static let decisionList = NamedSchema("DecisionList", list(of: flatDecision))
    static let decisionListAlias = NamedSchema("DecisionListUpperCase", list(of: flatDecisionAlias))

    private static func list(of decision: NamedSchema) -> Schema {
        .object([
            .required("decisions", .list(of: .reference(decision))),
            .required("total", .count, "Matches before paging."),
        ])
    }

    static let escalations = NamedSchema(
        "Escalations",
        .object([
            .required("escalations", .list(of: .reference(escalation)), "Newest first."),
            .required("total_escalations", .count),
            .required("timeout_escalations", .count),
            .required("risk_escalations", .count),
            .required("rejection_escalations", .count),
            .required("operator_escalations", .count),
        ]))

    static let escalation = NamedSchema(
        "Escalation",
        .object([
            .required("event_id", .string),
            .required("decision_id", .string),
            .required("escalation_type", .word(EscalationType.allCases.map(\.rawValue))),
            .required("timestamp", .moment),
            .required("from_role", .string),
            .required("to_role", .string),
            .required("requested_target", .string.orNull),
            .required("reason", .string),
            .required("rule_id", .string.orNull),
            .required("notify", .list(of: .word(NotificationChannel.allCases.map(\.rawValue)))),
            .required("email_sent", .boolean),
            .required("sms_sent", .boolean),
            .required("slack_sent", .boolean),
            .required("metadata", .anyObject),
        ]))

    static let session = NamedSchema(
        "Session",
        .object([
            .required("session_id", .string),
            .required("operator_id", .string),
            .required("operator_name", .string),
            .required("operator_role", .string),
            .required("created_at", .moment),
            .required("expires_at", .moment),
            .required("active", .boolean),
            .required("message", .string),
        ]))

    static let closedSession = NamedSchema(
        "ClosedSession",
        .object([.required("session_id", .string), .required("active", .boolean), .required("message", .string)]))

    static let operatorStatistics = NamedSchema(
        "OperatorStatistics",
        .object([
            .required("operator_id", .string),
            .required("total_sessions", .count),
            .required("total_decisions_reviewed", .count),
            .required("total_approved", .count),
            .required("total_rejected", .count),
            .required("total_escalated", .count),
            .required("approval_rate", .number(0...1)),
            .required("rejection_rate", .number(0...1)),
            .required("escalation_rate", .number(0...1)),
            .required("average_review_time", .amount, "In seconds."),
            .required("total_decisions", .count),
            .required("approved", .count),
            .required("rejected", .count),
            .required("escalated", .count),
            .required("avg_response_time", .amount),
            .required("avg_response_time_seconds", .amount),
            .required("session_duration", .amount, "In seconds, over all sessions."),
            .required("decisions_per_hour", .amount),
            .required("metadata", .anyObject),
        ]))

    static let actionReply = NamedSchema(
        "ActionReply",
        .object([
            .required("decision_id", .string),
            .required("action", verdict),
            .required("status", verdict),
            .required("message", .string),
            .required("executed", .boolean, "Whether an executor of the server ran the action."),
            .required("result", .anyObject.orNull, "What the executor said; after an escalation, who has it now."),
            .required("error", .string.orNull, "Why nothing was executed."),
            .required("success", .boolean),
            .required("timestamp", .moment),
            .required("metadata", .anyObject),
        ]))

    static let enqueued = NamedSchema(
        "Enqueued",
        .object([
            .required("status", .constant("success")),
            .required("decision_id", .string),
            .required("risk_level", riskLevel),
            .required("message", .string),
        ]))

    static let governanceHealth = NamedSchema(
        "GovernanceHealth",
        .object([
            .required("status", .constant("healthy")),
            .required("active_connections", .count, "Operator streams that are open."),
            .required("total_connections", .count),
            .required("decisions_streamed", .count),
            .required("queue_size", .count),
            .required("timestamp", .moment),
            .required("version", .string),
        ]))

    static let actionType = Schema.word(ActionType.allCases.map(\.rawValue))
    static let riskLevel = Schema.word(RiskLevel.allCases.map(\.rawValue))
    private static let status = Schema.word(DecisionStatus.allCases.map(\.rawValue))
    private static let automationLevel = Schema.word(AutomationLevel.allCases.map(\.rawValue))
    private static let verdict = Schema.word(["approved", "rejected", "escalated"])
}
