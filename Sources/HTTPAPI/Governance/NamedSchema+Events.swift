// What the streams of the Governance API send.
extension NamedSchema {
    static let streamEvent = NamedSchema(
        "StreamEvent",
        event([
            "connected", "decision_pending", "decision_resolved", "sla_warning", "sla_violation", "system_message",
            "heartbeat",
        ]))

    static let watchEvent = NamedSchema(
        "WatchEvent", event(["decision_status", "decision_resolved", "heartbeat", "error"]))

    /// One Server-Sent Event.
    private static func event(_ names: [String]) -> Schema {
        .object([
            .required("id", .text(atLeast: 1), "What to come back with as Last-Event-ID."),
            .required("event", .word(names)),
            .required("data", .pattern("^\\{.*\\}$"), "A JSON object."),
        ])
    }
}
