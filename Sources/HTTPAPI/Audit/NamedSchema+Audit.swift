import Governance
import Projections

extension NamedSchema {
    private static let kinds = AuditEventType.allCases.map(\.name)
    private static let tags = Schema.list(of: .word(AuditTags.all.map(\.name)))

    /// Who did what when.
    private static let commonProperties: [Property] = [
        .required("entry_id", .string, "The same for the same entry, for ever."),
        .required("timestamp", .moment),
        .required("decision_id", .string.orNull),
        .required("event_type", .word(kinds)),
        .required("event_description", .string),
        .required("actor_type", .word(AuditActor.Kind.allCases.map(\.name))),
        .required("actor_id", .string),
    ]

    private static let ourProperties: [Property] = [
        .required("position", .count, "Of the event in the log."),
        .required("operator_id", .string.orNull, "The person behind it."),
        .required("session_id", .string.orNull, "The session or login."),
        .required("status", .word(DecisionStatus.allCases.map(\.rawValue)).orNull, "Of the decision after the event."),
        .required("waited_seconds", .amount.orNull, "Since the question."),
        .required(
            "sla", .word(SLAOutcome.allCases.map(\.rawValue)).orNull, "By this event the deadline was met or missed."),
    ]

    private static let trailEntry = NamedSchema(
        "AuditTrailEntry",
        .object(
            commonProperties + [
                .required("decision_snapshot", .anyObject.orNull, "The decision as it stood after the event."),
                .required("context_snapshot", .anyObject, "What the event says."),
                .required("compliance_tags", tags),
                .required(
                    "metadata", .anyObject, "Where the event stands in the log, and from which request it comes."),
            ] + ourProperties))

    static let auditPage = NamedSchema(
        "AuditPage",
        .object([
            .required("audit_entries", .list(of: .reference(trailEntry))),
            .required("total_entries", .count, "As of the first page."),
            .required("timestamp", .moment, "Of the answer."),
            .required("total_is_exact", .boolean, "False where there are more than were counted."),
            .required("position", .count, "The last event that counts: pages do not shift while the log grows."),
            .required("next_cursor", .string.orNull),
            .required("redacted", .boolean),
        ]))

    private static let storyStep = NamedSchema(
        "AuditStep",
        .object(
            [.required("step", .count)] + commonProperties + [
                .required("context_snapshot", .anyObject), .required("compliance_tags", tags),
                .required("metadata", .anyObject),
            ] + ourProperties + [
                .required("seconds_since_step_before", .number.orNull),
                .required("before", .anyObject.orNull), .required("after", .anyObject),
                .required(
                    "changes",
                    .list(
                        of: .object([
                            .required("member", .string), .required("before", .anything), .required("after", .anything),
                        ]))),
            ]))

    private static let auditSession = NamedSchema(
        "AuditSession",
        .object([
            .required("kind", .word(["session", "login"])), .required("session_id", .string),
            .required("operator_id", .string.orNull), .required("operator_name", .string.orNull),
            .required("operator_role", .string.orNull), .required("opened_at", .moment.orNull),
            .required("expires_at", .moment.orNull), .required("closed_at", .moment.orNull),
            .required("close_reason", .string.orNull), .required("factor", .string.orNull),
            .required("ip_address", .string.orNull), .required("user_agent", .string.orNull),
        ]))

    static let story = NamedSchema(
        "AuditStory",
        .object([
            .required("decision_id", .string),
            .required("status", .word(DecisionStatus.allCases.map(\.rawValue)).orNull),
            .required("submitted_by", .string), .required("created_at", .moment),
            .required("requested_at", .moment.orNull), .required("sla_deadline", .moment.orNull),
            .required("reasoning", .string), .required("decision_snapshot", .anyObject.orNull, "As it was asked."),
            .required("steps", .list(of: .reference(storyStep))),
            .required("sessions", .list(of: .reference(auditSession))),
            .required("position", .count), .required("redacted", .boolean),
        ]))

    private static let slaMonth = NamedSchema(
        "SLAMonth",
        .object([
            .required("month", .pattern(#"^\d{4}-\d{2}$"#)),
            .required("risk_level", .word(RiskLevel.allCases.map(\.rawValue))),
            .required("met", .count), .required("missed", .count),
        ]))

    static let slaMonths = NamedSchema(
        "SLAMonths",
        .object([
            .required("months", .list(of: .reference(slaMonth))), .required("met", .count),
            .required("missed", .count), .required("timestamp", .moment),
        ]))
}
