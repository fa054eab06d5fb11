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
    var isHeardByAll: Bool { canonical.sizeBytes > 0 && alias.sizeBytes > 0 }

    /// What a reader that has not come to it yet keeps in memory.
    var sizeBytes: Int { canonical.sizeBytes + alias.sizeBytes }

    /// The frames of the events behind that position.
    func frames(after position: Position, in dialect: Dialect) -> ByteBuffer {
        frames(in: dialect).after(position)
    }

    /// The same as a chunk of a response; nil where there are none.
    func chunk(after position: Position, in dialect: Dialect) -> ByteBuffer? {
        let frames = frames(in: dialect)
        if position < first { return frames.chunk }
        return ByteBuffer(chunkOf: frames.after(position))
    }

    private func frames(in dialect: Dialect) -> Frames {
        switch dialect {
        case .canonical: canonical
        case .alias: alias
        }
    }

    /// The frames of all events in one buffer, and where those of each event end.
    private struct Frames {
        private let buffer: ByteBuffer
        /// Made once for all: nearly every stream gets all of the frames.
        let chunk: ByteBuffer?
        private let ends: [(position: Position, offset: Int)]

        init(_ events: [CommittedEvent], in dialect: Dialect) {
            var buffer = ByteBuffer()
            let frames = EventFrames(dialect: dialect)
            ends = events.map { event in
                frames.append(event, to: &buffer)
                return (event.recorded.position, buffer.writerIndex)
            }
            let chunk = ByteBuffer(chunkOf: buffer)
            let size = buffer.readableBytes
            // In the memory of the chunk, which ends with a line feed and what belongs to it.
            self.buffer = chunk.flatMap { $0.getSlice(at: $0.writerIndex - 2 - size, length: size) } ?? buffer
            self.chunk = chunk
        }

        var sizeBytes: Int { buffer.readableBytes }

        func after(_ position: Position) -> ByteBuffer {
            var rest = buffer
            rest.moveReaderIndex(to: ends.last { $0.position <= position }?.offset ?? 0)
            return rest
        }
    }
}

extension ByteBuffer {
    /// A chunk of a response (RFC 9112, section 7.1); nil where there is nothing in it, since that would be the last one.
    init?(chunkOf content: ByteBuffer) {
        guard content.readableBytes > 0 else { return nil }
        self.init()
        let size = String(content.readableBytes, radix: 16)
        reserveCapacity(size.utf8.count + content.readableBytes + 4)
        writeString(size)
        writeStaticString("\r\n")
        writeImmutableBuffer(content)
        writeStaticString("\r\n")
    }
}
