import EventLog
import NIOCore
import Projections

/// The events of one commit, rendered once for all who listen.
final class EventBatch: Sendable {
    let events: [CommittedEvent]
    let first: Position
    let last: Position
    private let canonical: ByteBuffer
    private let alias: ByteBuffer

    /// - Precondition: there is at least one event.
    init(_ events: [CommittedEvent]) {
        self.events = events
        first = events[0].recorded.position
        last = events[events.count - 1].recorded.position
        canonical = Self.render(events[...], in: .canonical)
        alias = Self.render(events[...], in: .alias)
    }

    /// The frames of the events behind that position.
    func frames(after position: Position, in dialect: Dialect) -> ByteBuffer {
        if position >= first { return Self.render(events.drop { $0.recorded.position <= position }, in: dialect) }
        switch dialect {
        case .canonical: return canonical
        case .alias: return alias
        }
    }

    private static func render(_ events: ArraySlice<CommittedEvent>, in dialect: Dialect) -> ByteBuffer {
        var buffer = ByteBuffer()
        let frames = EventFrames(dialect: dialect)
        for event in events { frames.append(event, to: &buffer) }
        return buffer
    }
}
