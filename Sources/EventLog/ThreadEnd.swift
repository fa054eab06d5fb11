import Synchronization

/// The end of a thread of ours, which tasks wait for without keeping another thread busy.
package final class ThreadEnd: Sendable {
    private enum State {
        case running([CheckedContinuation<Void, Never>])
        case ended
    }

    private let state = Mutex(State.running([]))

    package init() {}

    /// The last thing that the thread does.
    package func tell() {
        let waiting = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            defer { state = .ended }
            if case .running(let waiting) = state { return waiting }
            return []
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Returns once the thread has ended, to everybody who asks.
    package func wait() async {
        await withCheckedContinuation { continuation in
            let hasEnded = state.withLock { state in
                guard case .running(let waiting) = state else { return true }
                state = .running(waiting + [continuation])
                return false
            }
            if hasEnded { continuation.resume() }
        }
    }
}
