/// An append-only log of events in one gapless order.
///
/// Nobody may assume to be the only one who appends: an unmet expectation means read on, decide again.
package protocol EventStore: Sendable {
    /// The position of the last event, 0 for an empty log.
    var lastPosition: Position { get throws }

    /// Appends all or nothing, in order, and returns when it is on stable storage.
    ///
    /// - Throws: `EventStoreError`.
    func append(_ batch: [StreamAppend]) throws -> [RecordedEvent]

    /// Up to `limit` events from that position on, in order.
    func read(from position: Position, limit: Int) throws -> [RecordedEvent]

    /// The events at these positions; a position that the log does not have is left out.
    func read(positions: [Position]) throws -> [Position: RecordedEvent]

    /// Lends up to `limit` events from that position on, in order, one after the other.
    func scan(from position: Position, limit: Int, _ body: (LentEvent) throws -> Void) throws

    /// All events of each of these streams, in order; a stream that does not exist is left out.
    func read(streams: [StreamName]) throws -> [StreamName: [RecordedEvent]]

    /// Calls back with the last position after every append, until the returned token is released.
    func wake(_ callback: @escaping @Sendable (Position) -> Void) -> WakeToken
}

extension EventStore {
    package func scan(from position: Position, limit: Int, _ body: (LentEvent) throws -> Void) throws {
        for event in try read(from: position, limit: limit) { try event.lend(to: body) }
    }

    /// All events of a stream, in order; none for a stream that does not exist.
    package func read(stream: StreamName) throws -> [RecordedEvent] {
        try read(streams: [stream])[stream] ?? []
    }
}

package enum EventStoreError: Error, Equatable, CustomStringConvertible {
    case wrongExpectedVersion(stream: StreamName, expected: ExpectedVersion, current: Int)
    /// The entry of an event would exceed what a transparency log can hold.
    case entryTooLarge(type: String, sizeBytes: Int)
    /// The log cannot be written or read now; trying again later may help.
    case unavailable(String)
    /// The log cannot be written now, and whether the events are in it shows when it can be, or after a restart.
    case undecided(String)
    /// The file of the log does not hold together. SQLite says so too where one read of the write-ahead log fails: only who
    /// hears it again knows.
    case malformed(String)
    /// What was read cannot be an event that was appended.
    case corrupt(position: Position, String)

    package var description: String {
        switch self {
        case .wrongExpectedVersion(let stream, let expected, let current):
            "the stream \(stream) is at version \(current), not \(expected)"
        case .entryTooLarge(let type, let sizeBytes):
            "the entry of an event \(type) would have \(sizeBytes) bytes, more than a transparency log holds"
        case .unavailable(let reason), .undecided(let reason), .malformed(let reason):
            reason
        case .corrupt(let position, let reason):
            "the event at position \(position) is damaged: \(reason)"
        }
    }

    /// Whether it is the file that is no good, if it is said again, and not the moment.
    package var isDamage: Bool {
        switch self {
        case .malformed, .corrupt: true
        case .wrongExpectedVersion, .entryTooLarge, .unavailable, .undecided: false
        }
    }
}

/// Keeps a wake-up alive while it is held.
package final class WakeToken: Sendable {
    private let release: @Sendable () -> Void

    package init(release: @escaping @Sendable () -> Void) {
        self.release = release
    }

    deinit { release() }
}
