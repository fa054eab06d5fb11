/// What an alert is about (hitl-api 10.4).
enum AlertType: String, Sendable, CaseIterable {
    case newDecision = "new_decision"
    case criticalThreat = "critical_threat"
    case aptDetected = "apt_detected"
    /// Can be subscribed to; no event of the log tells of a honeytoken so far.
    case honeytokenTriggered = "honeytoken_triggered"
    case decisionRequired = "decision_required"
    case systemAlert = "system_alert"
    case incidentEscalated = "incident_escalated"
}
