import EventLog
import Governance
import Identity

// What the HITL API takes.
extension NamedSchema {
    /// The OAuth2 password form (hitl-api 6.2).
    static let loginForm = NamedSchema(
        "LoginForm",
        .openObject([
            .required("username", .text(atLeast: 1).example("admin")),
            .required("password", .text(atLeast: 1)),
            .optional("grant_type", .word(["password"])),
            .optional("scope", .string),
            .optional("client_id", .string),
            .optional("client_secret", .string),
        ]))

    static let refreshRequest = NamedSchema("RefreshRequest", .openObject([.required("refresh_token", .string)]))

    static let passwordChange = NamedSchema(
        "PasswordChange", .openObject([.required("current_password", .string), .required("new_password", password)]))

    static let codeRequest = NamedSchema("CodeRequest", .openObject([.required("code", .string.example("123456"))]))

    static let registration = NamedSchema(
        "Registration",
        .openObject([
            .required("username", username),
            .required("email", .email.example("bob@example.com")),
            .required("password", password),
            .required("full_name", word),
            .optional("role", .word(Role.people.map(\.rawValue)).standard("analyst")),
            .optional("rank", word.orNull.example("soc_operator"), "The place in the escalation chain."),
        ]))

    static let userChange = NamedSchema(
        "UserChange",
        .openObject([
            .optional("is_active", .boolean),
            .optional("role", .word(Role.people.map(\.rawValue))),
            .optional("full_name", word),
            .optional("email", .email),
            .optional("rank", word.orNull),
            .optional("password", password),
        ]))

    static let serviceRegistration = NamedSchema(
        "ServiceRegistration",
        .openObject([
            .required("username", username.example("soar")),
            .optional("description", word.orNull, "What the program is for."),
        ]))

    private static let username = identifier(
        UserRules.usernameLengths.upperBound, atLeast: UserRules.usernameLengths.lowerBound
    ).example("bob")
    private static let password = Schema.text(PasswordRules.lengthMin...PasswordRules.sizeBytesMax)
        .meaning("At most \(PasswordRules.sizeBytesMax) bytes, without NUL.")
    private static let word = Schema.text(0...Identifier.operatorSizeBytesMax).matching(#"^[^\x00-\x1f\x7f-\x9f]*$"#)

    /// Hitl-api 7.2.
    static let analysis = NamedSchema(
        "Analysis",
        .openObject([
            .required("analysis_id", identifier(Identifier.decisionSizeBytesMax, atLeast: 1).example("CANDI-9f2c41d07be6a853")),
            .required("incident_id", .string.orNull.example("INC-20251014-0007")),
            .required("threat_level", .string.example("APT")),
            .required("source_ip", .string.example("203.0.113.9")),
            .required("attributed_actor", .string.orNull.example("APT28")),
            .required("confidence", confidence, "0 to 100 by habit; a number in a string, or a truth, will do."),
            .required("iocs", .list(of: .string).example(["ip:203.0.113.9"])),
            .required("ttps", .list(of: .string).example(["T1110"])),
            .required("recommended_actions", .list(of: .string).example(["Block the address"]), "In prose."),
            .required("forensic_summary", .string),
            .required("priority", .word(RiskLevel.priorities)),
            .required("created_at", time, "ISO 8601, or seconds or milliseconds since 1970; without an offset it is UTC."),
        ]))

    private static let confidence = Schema.any(of: [
        .number.example(87.5), .boolean, .pattern("^ *-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)? *$"),
    ])

    /// What is read as a time, in a body or in a query.
    static let time = Schema.any(of: [.moment.example("2025-10-14T10:00:00Z"), .number, .pattern("^[0-9]")])

    static let answerRequest = NamedSchema(
        "AnswerRequest",
        .openObject([
            .required("status", .word(HITLDoor.answers)),
            .required("approved_actions", .list(of: .word(HITLDoor.actions)).example(["block_ip"])),
            .optional("notes", .string.orNull),
            .optional("escalation_reason", .string.orNull, "Must not be empty where the status is escalated."),
            .optional("decision_id", .string.orNull, "Where it is given, that of the path."),
        ]))

    static let handUpRequest = NamedSchema(
        "HandUpRequest",
        .openObject([
            .optional("escalation_reason", .string.orNull),
            .optional("reason", .string.orNull, "The same, where escalation_reason is absent."),
        ]))
}
