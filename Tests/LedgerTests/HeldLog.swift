import Dispatch
import EventLog
import Synchronization

/// A log that lets nobody read on while a test holds it.
final class HeldLog: EventStore {
    private let log: any EventStore
    private let isHeld = Mutex(false)
    private let released = DispatchSemaphore(value: 0)

    init(_ log: any EventStore) {
        self.log = log
    }

    func hold() { isHeld.withLock { $0 = true } }

    func letGo() {
        isHeld.withLock { $0 = false }
        released.signal()
    }

    var lastPosition: Position {
        get throws { try log.lastPosition }
    }

    func append(_ batch: [StreamAppend]) throws -> [RecordedEvent] { try log.append(batch) }

    func read(from position: Position, limit: Int) throws -> [RecordedEvent] {
        if isHeld.withLock({ $0 }) { released.wait() }
        return try log.read(from: position, limit: limit)
    }

    func scan(from position: Position, limit: Int, _ body: (LentEvent) throws -> Void) throws {
        if isHeld.withLock({ $0 }) { released.wait() }
        try log.scan(from: position, limit: limit, body)
    }

    func read(positions: [Position]) throws -> [Position: RecordedEvent] { try log.read(positions: positions) }

    func read(streams: [StreamName]) throws -> [StreamName: [RecordedEvent]] { try log.read(streams: streams) }

    func wake(_ callback: @escaping @Sendable (Position) -> Void) -> WakeToken { log.wake(callback) }
}
