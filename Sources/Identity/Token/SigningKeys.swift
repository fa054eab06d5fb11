import EventLog
import Synchronization

/// The keys that tokens are signed with: the current one, and earlier ones whose tokens are still out there.
package final class SigningKeys: Sendable {
    package struct Previous: Sendable, Hashable {
        package let key: [UInt8]
        /// Nil where only the configuration says when it ends.
        package let validUntil: Timestamp?

        package init(key: [UInt8], validUntil: Timestamp?) {
            self.key = key
            self.validUntil = validUntil
        }
    }

    private struct State {
        var current: [UInt8]
        var previous: [Previous]
    }

    private let state: Mutex<State>

    package init(current: [UInt8], previous: [Previous] = []) {
        state = Mutex(State(current: current, previous: previous))
    }

    /// The current key first.
    package func inForce(at now: Timestamp) -> [[UInt8]] {
        state.withLock { state in
            [state.current]
                + state.previous.filter { previous in previous.validUntil.map { now <= $0 } ?? true }.map(\.key)
        }
    }

    package func replace(current: [UInt8], previous: [Previous]) {
        state.withLock { $0 = State(current: current, previous: previous) }
    }
}
