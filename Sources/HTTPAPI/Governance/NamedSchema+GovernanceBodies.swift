import EventLog
import Governance

// What the Governance API takes.
extension NamedSchema {
    static let sessionRequest = NamedSchema(
        "SessionRequest",
        .openObject([
            .required("operator_id", identifier(Identifier.operatorSizeBytesMax).example("alice@example.org")),
            .optional("operator_name", name.orNull, "As operator_id where it is absent."),
            .optional("operator_role", name.orNull.example("soc_supervisor"), "The place in the escalation chain."),
            .optional("role", name.orNull, "The same, where operator_role is absent."),
            .optional("ip_address", name.orNull),
            .optional("user_agent", .string.orNull),
            .optional("metadata", .anyObject.orNull),
        ]))

    static let sessionReference = NamedSchema(
        "SessionReference", .openObject([.required("session_id", .string)]))

    private static let actionProperties: [Property] = [
        .required("session_id", .string),
        .optional("comment", .string.orNull.example("known scanner"), "Kept with the action."),
        .optional("reasoning", .string.orNull, "Stands in for the comment where that is empty."),
    ]

    static let approval = NamedSchema("Approval", .openObject(actionProperties))

    static let rejection = NamedSchema(
        "Rejection",
        .openObject(
            actionProperties + [
                .optional("reason", .string.orNull.example("our own scanner"), "Must be there, or reasoning in its place.")
            ]
        ).requiring(anyOf: ["reason", "reasoning"], as: .string))

    static let escalationRequest = NamedSchema(
        "EscalationRequest",
        .openObject(
            actionProperties + [
                .optional(
                    "escalation_reason", .string.orNull.example("needs a manager"),
                    "Must be there, or reasoning in its place."),
                .optional("escalation_target", .string.orNull.example("ciso"), "Who should get it."),
                .optional("to_level", .string.orNull, "The same, where escalation_target is absent."),
            ]
        ).requiring(anyOf: ["escalation_reason", "reasoning"], as: .string))

    /// Governance-api 6.1: nested, flat, of the command line and of services.
    static let submission = NamedSchema(
        "Submission",
        .openObject(
            submissionProperties + [
                .optional(
                    "context", .openObject(contextProperties).orNull,
                    "The nested style: what stands here wins over the same at the top.")
            ]))

    /// Governance-api 6.2.
    static let serviceSubmission = NamedSchema(
        "ServiceSubmission",
        .openObject(
            submissionProperties + [
                .optional("service_name", .anything.example("soar"), "Who asks, where no token says it."),
                .optional("decision_context", .openObject(contextProperties).orNull, "As context."),
                .optional("context", .anything, "Free-form where there is a decision_context, else the same as that."),
                .optional(
                    "requires_approval", .anything,
                    "False leaves it to the policy whether a person is asked: never for high and critical risk."),
            ]))

    private static let submissionProperties: [Property] =
        [.optional("decision_id", decisionID, "Made by the server where it is absent.")] + contextProperties

    private static let decisionID = Schema.any(of: [
        identifier(Identifier.decisionSizeBytesMax, atLeast: 1).example("block-1"), .number, .null,
    ])

    private static let contextProperties: [Property] = [
        .optional("risk_level", words(RiskLevel.allCases.map(\.rawValue)), "In any case."),
        .optional("severity", words(RiskLevel.allCases.map(\.rawValue)), "The same, where risk_level is absent."),
        .optional("automation_level", words(AutomationLevel.allCases.map(\.rawValue) + ["automated"]), "In any case."),
        .optional("action_type", words(ActionType.allCases.map(\.rawValue)), "In any case."),
        .optional("action_params", .anyObject.orNull),
        .optional("target", .anything.example("192.0.2.7"), "What the action is aimed at."),
        .optional("recommended_action", .anything, "What the program recommends."),
        .optional("ai_reasoning", .string.orNull),
        .optional("reasoning", .string.orNull.example("1,024 ports scanned"), "The same, where ai_reasoning is absent."),
        .optional("description", .string.orNull, "The same, where both are absent."),
        .optional("confidence", numeral.example(0.93), "0 to 1 by habit."),
        .optional("threat_score", numeral, "0 to 1 or 0 to 10 by habit; kept as it is sent."),
        .optional("threat_type", .string.orNull.example("scan")),
        .optional("sla_seconds", numeral, "A deadline of its own: more than 0, at most 315360000."),
        .optional("metadata", .anyObject.orNull, "What has no other place is kept here too."),
    ]

    /// A number, or one in a string.
    private static let numeral = Schema.any(of: [.number, .pattern(#"^\s*-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?\s*$"#), .null])

    private static let name = Schema.text(0...Identifier.operatorSizeBytesMax).matching(#"^[^\x00-\x1f\x7f-\x9f]*$"#)

    /// What can be a segment of a path. The length is one in bytes; that in characters is never longer.
    static func identifier(_ sizeBytesMax: Int, atLeast length: Int = 0) -> Schema {
        .text(length...sizeBytesMax).matching(#"^[^/\x00-\x1f\x7f-\x9f]*$"#)
    }

    /// Words in the case of either dialect.
    private static func words(_ words: [String]) -> Schema {
        .word(words + words.map { $0.uppercased() }).orNull
    }
}
