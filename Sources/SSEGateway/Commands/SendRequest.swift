import EventLog

/// The body of `POST /internal/send` (sse-gateway 4.2).
struct SendRequest: Sendable {
    let token: String
    let command: StreamCommand

    /// Checks in the order of the contract: token, event, data, name, close.
    init(_ body: JSON) throws(GatewayError) {
        guard let token = body["token"]?.stringValue, !token.isEmpty else { throw .tokenMissing }
        self.token = token
        var command = StreamCommand()
        if let event = body["event"] {
            command.payload = .event(try Self.event(event))
        }
        if let close = body["close"] {
            guard let closes = close.boolValue else { throw .closeType }
            command.closes = closes
        }
        self.command = command
    }

    private static func event(_ event: JSON) throws(GatewayError) -> OutboundEvent {
        guard event.objectValue != nil else { throw .eventType }
        guard let data = event["data"]?.stringValue else { throw .eventDataMissing }
        guard let value = event["name"] else { return OutboundEvent(name: "", data: data) }
        guard let name = value.stringValue, OutboundEvent.isUsable(name: name) else { throw .eventNameType }
        return OutboundEvent(name: name, data: data)
    }
}
