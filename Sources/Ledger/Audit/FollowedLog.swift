import EventLog

/// The log as the thread of the audit index reads it: a long one can be given up between two batches.
struct FollowedLog: EventStore {
    let log: any EventStore
    /// Told of every read from that position on; may throw to end it.
    let willRead: @Sendable (Position) throws -> Void

    var lastPosition: Position {
        get throws { try log.lastPosition }
    }

    func append(_ batch: [StreamAppend]) throws -> [RecordedEvent] { try log.append(batch) }

    func read(from position: Position, limit: Int) throws -> [RecordedEvent] {
        try willRead(position)
        return try log.read(from: position, limit: limit)
    }

    func read(streams: [StreamName]) throws -> [StreamName: [RecordedEvent]] { try log.read(streams: streams) }

    func wake(_ callback: @escaping @Sendable (Position) -> Void) -> WakeToken { log.wake(callback) }
}
