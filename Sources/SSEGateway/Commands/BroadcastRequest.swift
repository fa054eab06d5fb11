import EventLog

/// The body of `POST /internal/broadcast`, an extension of ours: the same bytes for many streams at once.
///
/// A backend that formats its events itself, ids included, sends them here; they go out as they are.
struct BroadcastRequest: Sendable {
    let tokens: [String]
    let frame: EventFrame

    init(_ body: JSON) throws(GatewayError) {
        tokens = try [String](tokensOf: body)
        // Frames that end in the middle of an event would run into whatever is sent next.
        guard let frames = body["frames"]?.stringValue, frames.hasSuffix("\n\n") else { throw .framesType }
        frame = EventFrame(frames)
    }
}

extension [String] {
    /// The member `tokens` of a command about many streams.
    init(tokensOf body: JSON) throws(GatewayError) {
        guard let values = body["tokens"]?.arrayValue else { throw .tokensMissing }
        self = values.compactMap(\.stringValue)
        guard count == values.count else { throw .tokensMissing }
    }
}
