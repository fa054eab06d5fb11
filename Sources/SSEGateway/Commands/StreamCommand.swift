import NIOCore

/// What the backend wants of one stream: an event, then an end, or one of them, or nothing.
struct StreamCommand: Sendable {
    enum Payload: Sendable {
        /// To be formatted as the stream has it.
        case event(OutboundEvent)
        /// To be written as it is.
        case frame(EventFrame)
    }

    var payload: Payload?
    var closes = false

    /// What it keeps in memory while it waits.
    var sizeBytes: Int {
        switch payload {
        case .event(let event): event.name.utf8.count + event.data.utf8.count
        case .frame(let frame): frame.plain.readableBytes
        case nil: 0
        }
    }
}
