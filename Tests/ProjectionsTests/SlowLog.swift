import Dispatch
import EventLog

/// A log whose first reading waits until it is released.
final class SlowLog: EventStore {
    private let log: any EventStore
    private let gate = DispatchSemaphore(value: 0)

    init(_ log: any EventStore) {
        self.log = log
    }

    func release() { gate.signal() }

    var lastPosition: Position { get throws { try log.lastPosition } }

    func append(_ batch: [StreamAppend]) throws -> [RecordedEvent] { try log.append(batch) }

    func read(from position: Position, limit: Int) throws -> [RecordedEvent] {
        gate.wait()
        gate.signal()
        return try log.read(from: position, limit: limit)
    }

    func scan(from position: Position, limit: Int, _ body: (LentEvent) throws -> Void) throws {
        gate.wait()
        gate.signal()
        try log.scan(from: position, limit: limit, body)
    }

    func read(positions: [Position]) throws -> [Position: RecordedEvent] { try log.read(positions: positions) }

    func read(streams: [StreamName]) throws -> [StreamName: [RecordedEvent]] { try log.read(streams: streams) }

    func wake(_ callback: @escaping @Sendable (Position) -> Void) -> WakeToken { log.wake(callback) }
}
