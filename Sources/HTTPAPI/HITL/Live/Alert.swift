import EventLog

/// Something that people who watch are told at once (hitl-api 10.4).
struct Alert: Sendable {
    let type: AlertType
    let priority: AlertPriority
    let title: String
    let message: String
    let requiresAction: Bool
    /// A JSON object.
    let data: [UInt8]

    /// - Parameter data: writes the members of the data.
    init(
        _ type: AlertType, _ priority: AlertPriority, title: String, message: String, requiresAction: Bool,
        _ data: (inout JSONWriter) -> Void
    ) {
        self.type = type
        self.priority = priority
        self.title = title
        self.message = message
        self.requiresAction = requiresAction
        var writer = JSONWriter(reservingCapacity: 512)
        writer.object(data)
        self.data = writer.bytes
    }

    /// The message that carries the alert.
    func frame(id: String, at moment: Timestamp) -> WebSocketServerFrame {
        LiveReply.frame("alert") { writer in
            writer.object("alert") { writer in
                writer.member("alert_id", id)
                writer.member("alert_type", type.rawValue)
                writer.member("priority", priority.rawValue)
                writer.member("title", title)
                writer.member("message", message)
                writer.key("data")
                writer.raw(data)
                writer.member("timestamp", moment)
                writer.member("requires_action", requiresAction)
            }
        }
    }
}
