import EventLog
import Governance
import NIOCore
import Projections

/// The events of one commit, rendered once for all who listen. The events themselves, which may be large, are not kept.
final class EventBatch: Sendable {
    let first: Position
    let last: Position
    /// The decisions that the events are about.
    let decisionIDs: Set<String>
    private let canonical: Frames
    private let alias: Frames

    /// - Precondition: there is at least one event.
    init(_ events: [CommittedEvent]) {
        first = events[0].recorded.position
        last = events[events.count - 1].recorded.position
        decisionIDs = Set(
            events.compactMap { event in
                if case .decision(let decision) = event.governance { decision.decisionID } else { nil }
            })
        canonical = Frames(events, in: .canonical)
        alias = Frames(events, in: .alias)
    }

    /// Whether there is something in it for every operator stream.
    var isHeardByAll: Bool { canonical.buffer.readableBytes > 0 && alias.buffer.readableBytes > 0 }

    /// What a reader that has not come to it yet keeps in memory.
    var sizeBytes: Int { canonical.buffer.readableBytes + alias.buffer.readableBytes }

    /// The frames of the events behind that position.
    func frames(after position: Position, in dialect: Dialect) -> ByteBuffer {
        switch dialect {
        case .canonical: canonical.frames(after: position)
        case .alias: alias.frames(after: position)
        }
    }

    /// The frames of all events in one buffer, and where those of each event end.
    private struct Frames {
        let buffer: ByteBuffer
        private let ends: [(position: Position, offset: Int)]

        init(_ events: [CommittedEvent], in dialect: Dialect) {
            var buffer = ByteBuffer()
            let frames = EventFrames(dialect: dialect)
            ends = events.map { event in
                frames.append(event, to: &buffer)
                return (event.recorded.position, buffer.writerIndex)
            }
            self.buffer = buffer
        }

        func frames(after position: Position) -> ByteBuffer {
            var rest = buffer
            rest.moveReaderIndex(to: ends.last { $0.position <= position }?.offset ?? 0)
            return rest
        }
    }
}
