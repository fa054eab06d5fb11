import Synchronization

/// What a client has said and nobody has looked at yet. While it is long, nothing more is read from the connection.
final class WebSocketBacklog: Sendable {
    /// At this length reading stops.
    private static let lengthMax = 64

    private struct State {
        var length = 0
        var holdsReading = false
    }

    private let state = Mutex(State())

    func add() { state.withLock { $0.length += 1 } }

    /// Whether there is room to read more; where not, `remove` says when to read on.
    func admitsReading() -> Bool {
        state.withLock { state in
            state.holdsReading = state.length >= Self.lengthMax
            return !state.holdsReading
        }
    }

    /// - Returns: whether reading was held and is to go on.
    func remove() -> Bool {
        state.withLock { state in
            state.length -= 1
            guard state.holdsReading, state.length < Self.lengthMax / 2 else { return false }
            state.holdsReading = false
            return true
        }
    }
}
