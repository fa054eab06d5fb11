import EventLog
import Ledger
import Projections
import Synchronization

/// All that a ledger tells a listener, from its making on, in the order in which it is told.
package final class HeardEvents: Sendable {
    private struct Waiter {
        let isMet: @Sendable ([[CommittedEvent]]) -> Bool
        let continuation: CheckedContinuation<Void, Never>
    }

    private struct State {
        var batches: [[CommittedEvent]] = []
        var waiters: [Waiter] = []
        var token: WakeToken?
    }

    private let state = Mutex(State())

    package init(of ledger: Ledger) {
        let token = ledger.listen { [weak self] in self?.hear($0) }
        state.withLock { $0.token = token }
    }

    private func hear(_ batch: [CommittedEvent]) {
        let met = state.withLock { state in
            state.batches.append(batch)
            let batches = state.batches
            let met = state.waiters.filter { $0.isMet(batches) }
            state.waiters.removeAll { $0.isMet(batches) }
            return met
        }
        for waiter in met { waiter.continuation.resume() }
    }

    /// Each call back, with its events.
    package var batches: [[CommittedEvent]] { state.withLock { $0.batches } }

    package var positions: [Position] { batches.joined().map(\.recorded.position) }

    package var types: [String] { batches.joined().map(\.recorded.type) }

    /// Listens no more.
    package func stop() {
        let token = state.withLock { state in
            defer { state.token = nil }
            return state.token
        }
        withExtendedLifetime(token) {}
    }

    /// Returns once the event at that position has been heard.
    package func wait(for position: Position) async {
        await wait { batches in batches.joined().contains { $0.recorded.position >= position } }
    }

    /// Returns once what has been heard meets the condition.
    package func wait(until isMet: @escaping @Sendable ([[CommittedEvent]]) -> Bool) async {
        await withCheckedContinuation { continuation in
            let isMetNow = state.withLock { state in
                if isMet(state.batches) { return true }
                state.waiters.append(Waiter(isMet: isMet, continuation: continuation))
                return false
            }
            if isMetNow { continuation.resume() }
        }
    }
}
