import EventLog

/// What the backend's answer to a connect callback says beside its status (sse-gateway 5.3).
///
/// Nothing in it is a reason to refuse the stream: what cannot be read is left out, and said in the log.
struct ConnectInstructions: Sendable {
    var profile: GatewayProfile?
    var event: OutboundEvent?
    var closes = false
    /// What was wrong with it, a sentence each.
    var complaints: [String] = []

    init(_ body: [UInt8]) {
        guard body.contains(where: { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }) else { return }
        guard let value = try? JSONParser.parse(body) else {
            complaints.append("the body is not JSON")
            return
        }
        guard value.objectValue != nil else {
            complaints.append("the body is not a JSON object")
            return
        }
        profile = value["profile"]?.stringValue.flatMap(GatewayProfile.init)
        if let event = value["event"] { self.event = read(event) }
        if let close = value["close"] {
            if close.boolValue == nil { complaints.append("close is not a boolean") }
            closes = close.boolValue ?? false
        }
    }

    private mutating func read(_ event: JSON) -> OutboundEvent? {
        guard event.objectValue != nil else {
            complaints.append("event is not an object")
            return nil
        }
        guard let data = event["data"]?.stringValue else {
            complaints.append("event.data is not a string")
            return nil
        }
        guard let value = event["name"] else { return OutboundEvent(name: "", data: data) }
        guard let name = value.stringValue, OutboundEvent.isUsable(name: name) else {
            complaints.append("event.name is not a string of one line")
            return OutboundEvent(name: "", data: data)
        }
        return OutboundEvent(name: name, data: data)
    }
}
