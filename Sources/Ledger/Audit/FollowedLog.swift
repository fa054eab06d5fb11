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

    func scan(from position: Position, limit: Int, _ body: (LentEvent) throws -> Void) throws {
        try willRead(position)
        try log.scan(from: position, limit: limit, body)
    }

    func read(positions: [Position]) throws -> [Position: RecordedEvent] { try log.read(positions: positions) }

    func read(streams: [StreamName]) throws -> [StreamName: [RecordedEvent]] { try log.read(streams: streams) }

    func wake(_ callback: @escaping @Sendable (Position) -> Void) -> WakeToken { log.wake(callback) }
}
