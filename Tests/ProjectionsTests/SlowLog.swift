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

    func read(streams: [StreamName]) throws -> [StreamName: [RecordedEvent]] { try log.read(streams: streams) }

    func wake(_ callback: @escaping @Sendable (Position) -> Void) -> WakeToken { log.wake(callback) }
}
