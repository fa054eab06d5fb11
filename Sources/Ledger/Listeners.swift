import EventLog
import Projections
import Synchronization

/// Those who are told of every batch.
final class Listeners: Sendable {
    private struct State {
        var callbacks: [Int: @Sendable ([CommittedEvent]) -> Void] = [:]
        var nextKey = 0
    }

    private let state = Mutex(State())

    func add(_ callback: @escaping @Sendable ([CommittedEvent]) -> Void) -> WakeToken {
        let key = state.withLock { state in
            let key = state.nextKey
            state.nextKey += 1
            state.callbacks[key] = callback
            return key
        }
        return WakeToken { [weak self] in
            self?.state.withLock { $0.callbacks[key] = nil }
        }
    }

    func tell(_ events: [CommittedEvent]) {
        let callbacks = state.withLock { Array($0.callbacks.values) }
        for callback in callbacks { callback(events) }
    }
}
