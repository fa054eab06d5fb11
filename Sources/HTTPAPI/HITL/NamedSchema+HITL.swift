import EventLog
import Governance
import Identity

// What the HITL API answers.
extension NamedSchema {
    static let message = NamedSchema("Message", .object([.required("message", .string)]))

    static let socketStatistics = NamedSchema(
        "SocketStatistics",
        .object([
            .required("total_connections", .count), .required("total_alerts_sent", .count),
            .required("total_disconnects", .count), .required("current_connections", .count),
            .required("current_users", .count),
        ]))

    static let registered = NamedSchema(
        "Registered", .object([.required("message", .string), .required("username", .string)]))

    static let credential = NamedSchema(
        "Credential",
        .object([
            .required("message", .string), .required("username", .string),
            .required("credential", .string, "Shown this once: nobody can read it again."),
        ]))

    static let tokens = NamedSchema("Tokens", .object(tokenProperties))

    /// Hitl-api 6.2 and 14.2.
    private static let tokenProperties: [Property] = [
        .required("access_token", .string, "With a second factor to come: good for 2fa/verify only."),
        .required("refresh_token", .string, "Empty while a second factor is to come."),
        .required("token_type", .constant("bearer")),
        .required("requires_2fa", .boolean),
        .required("expires_in", .count, "Seconds for which the access token is good."),
    ]

    static let verified = NamedSchema(
        "Verified",
        .any(of: [.reference(message), .object([.required("message", .string)] + tokenProperties)]))

    static let secondFactor = NamedSchema(
        "SecondFactor",
        .object([
            .required("secret", .pattern("^[A-Z2-7]{32}$")),
            .required("qr_code_url", .pattern("^otpauth://totp/")),
            .required("backup_codes", .list(of: .pattern("^[0-9A-F]{8}$")), "Each is good once."),
        ]))

    static let me = NamedSchema(
        "Me",
        .object([
            .required("username", .string),
            .required("email", .string),
            .required("full_name", .string),
            .required("role", role),
            .required("is_2fa_enabled", .boolean),
            .required("last_login", .moment.orNull),
        ]))

    static let user = NamedSchema(
        "User",
        .object([
            .required("username", .string),
            .required("email", .string),
            .required("full_name", .string),
            .required("role", role),
            .required("rank", .string, "The place in the escalation chain."),
            .required("is_active", .boolean),
            .required("is_2fa_enabled", .boolean),
            .required("created_at", .moment),
            .required("last_login", .moment.orNull),
        ]))

    private static let role = Schema.word(Role.allCases.map(\.rawValue))

    static let submitted = NamedSchema(
        "Submitted", .object([.required("message", .string), .required("analysis_id", .string)]))

    /// Hitl-api 7.2 and 14.2.
    static let storedAnalysis = NamedSchema(
        "StoredAnalysis",
        .object([
            .required("analysis_id", .string),
            .required("incident_id", .string.orNull),
            .required("threat_level", .string),
            .required("source_ip", .string),
            .required("attributed_actor", .string.orNull),
            .required("confidence", .number),
            .required("iocs", .list(of: .string)),
            .required("ttps", .list(of: .string)),
            .required("recommended_actions", .list(of: .string)),
            .required("forensic_summary", .string),
            .required("priority", .word(RiskLevel.priorities)),
            .required("created_at", .moment),
            .required("decision_id", .string, "The same as analysis_id."),
            .required("status", .word(["pending"] + HITLDoor.answers)),
            .required("updated_at", .moment),
        ]))

    /// Hitl-api 7.3 and 14.2.
    static let answer = NamedSchema(
        "Answer",
        .object([
            .required("decision_id", .string),
            .required("status", .word(HITLDoor.answers)),
            .required("approved_actions", .list(of: .word(HITLDoor.actions))),
            .required("notes", .string, "As they were written: showing them safely is up to who shows them."),
            .required("decided_by", .string),
            .required("decided_at", .moment),
            .required("escalation_reason", .string.orNull),
            .required("analysis_id", .string),
        ]))

    /// Hitl-api 8.7 and 14.2.
    static let statistics = NamedSchema(
        "Statistics",
        .object([
            .required("total_pending", .count),
            .required("critical_pending", .count),
            .required("high_pending", .count),
            .required("medium_pending", .count),
            .required("low_pending", .count),
            .required("total_completed", .count, "Answered, escalated ones included."),
            .required("avg_response_time_minutes", .number),
            .required("decisions_last_24h", .count, "Analyses of the last 24 hours, answered or not."),
            .required("total_approved", .count),
            .required("total_rejected", .count),
            .required("total_escalated", .count),
            .required("approval_rate", .number(0...100), "In percent of the answers."),
            .required("oldest_pending_minutes", .amount),
            .required("decisions_today", .count),
        ]))

    static let serverStatus = NamedSchema(
        "Status",
        .object([
            .required("status", .word(["operational", "degraded"])),
            .required("timestamp", .moment),
            .required("pending_decisions", .count),
            .required("critical_pending", .count),
            .required("in_review_decisions", .count),
            .required("total_users", .count),
            .required("total_decisions", .count),
            .required("total_responses", .count),
            .required("total_decisions_today", .count),
        ]))

    /// Hitl-api 15.
    static let auditEntry = NamedSchema(
        "AuditEntry",
        .object([
            .required("timestamp", .moment),
            .required("event", .pattern("^[A-Z0-9_]+$").example("DECISION_MADE")),
            .required("user", .string),
            .required("details", .anyObject),
        ]))
}
