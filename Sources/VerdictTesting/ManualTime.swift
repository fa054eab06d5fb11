import EventLog
import Synchronization

/// A clock that stands still until a test moves it.
package final class ManualTime: TimeSource {
    private struct Waiter {
        let deadline: Timestamp
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var now: Timestamp
        var waiters: [Int: Waiter] = [:]
        var nextKey = 0
        var onlookers: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>

    /// - Parameter start: RFC 3339; noon of an ordinary day unless a test cares.
    package init(_ start: String = "2026-01-15T12:00:00Z") {
        state = Mutex(State(now: Timestamp(rfc3339: start) ?? Timestamp(microseconds: 0)))
    }

    package func now() -> Timestamp {
        state.withLock { $0.now }
    }

    package func advance(by interval: Interval) {
        move(to: now() + interval)
    }

    /// Moves the clock, backwards too, and wakes those whose deadline has come.
    package func move(to moment: Timestamp) {
        let due = state.withLock { state in
            state.now = moment
            let due = state.waiters.filter { $0.value.deadline <= moment }
            for key in due.keys { state.waiters[key] = nil }
            return due.values.map(\.continuation)
        }
        for continuation in due { continuation.resume() }
    }

    /// Returns once somebody waits for a later moment.
    package func someoneWaits() async {
        await withCheckedContinuation { continuation in
            let isSo = state.withLock { state in
                if !state.waiters.isEmpty { return true }
                state.onlookers.append(continuation)
                return false
            }
            if isSo { continuation.resume() }
        }
    }

    package func wait(until deadline: Timestamp) async throws {
        let key = state.withLock { state in
            state.nextKey += 1
            return state.nextKey
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                let (isDue, onlookers) = state.withLock { state in
                    if state.now >= deadline { return (true, [CheckedContinuation<Void, Never>]()) }
                    state.waiters[key] = Waiter(deadline: deadline, continuation: continuation)
                    defer { state.onlookers = [] }
                    return (false, state.onlookers)
                }
                for onlooker in onlookers { onlooker.resume() }
                if isDue {
                    continuation.resume()
                } else if Task.isCancelled {
                    cancel(key)
                }
            }
        } onCancel: {
            cancel(key)
        }
    }

    private func cancel(_ key: Int) {
        let waiter = state.withLock { $0.waiters.removeValue(forKey: key) }
        waiter?.continuation.resume(throwing: CancellationError())
    }
}
