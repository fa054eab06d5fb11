import Dispatch
import EventLog
import Governance
import Ledger
import Projections
import Synchronization

/// A ledger's writer that a test holds still, so that commands pile up behind it.
///
/// A listener runs on the writer's thread: this one does not return before it is released.
package final class HeldWriter: Sendable {
    private let gate: DispatchSemaphore
    private let token: WakeToken

    /// Holds the writer right after it has answered the opening of a session under that id.
    package init(of ledger: Ledger, afterOpening sessionID: String = "session-held") async throws {
        let stream = GovernanceEvent.sessionStream(sessionID)
        let gate = DispatchSemaphore(value: 0)
        let isHeld = Mutex(false)
        let (arrivals, arrived) = AsyncStream<Void>.makeStream()
        token = ledger.listen { events in
            guard events.contains(where: { $0.recorded.stream == stream }) else { return }
            let isFirst = isHeld.withLock { held in
                defer { held = true }
                return !held
            }
            guard isFirst else { return }
            arrived.finish()
            gate.wait()
        }
        self.gate = gate
        _ = try await ledger.execute(.openSession(sessionID: sessionID, Sample.openSession("holder@host")))
        for await _ in arrivals {}
    }

    /// Lets the writer go on. To be called once.
    package func release() {
        gate.signal()
    }
}
