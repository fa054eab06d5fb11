/// Why a decision is handed up (governance-api 7.6).
package enum EscalationType: String, Sendable, CaseIterable {
    case timeout
    case highRisk = "high_risk"
    case multipleRejections = "multiple_rejections"
    case operatorRequest = "operator_request"
    case staleDecision = "stale_decision"
    case systemOverride = "system_override"
}

/// Where a rule wants people to be told. No handler is built in: the log says who should have been told.
package enum NotificationChannel: String, Sendable, CaseIterable {
    case email, sms, chat
}
