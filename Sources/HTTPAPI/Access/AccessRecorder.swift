import EventLog
import Identity
import Ledger
import Synchronization

/// Records what users do without changing anything, such as asking for what their role does not permit: the same thing
/// once a minute, so that nobody fills the log by doing it again and again.
final class AccessRecorder: Sendable {
    private static let interval = Interval.minutes(1)
    private static let entriesMax = 10_000

    private let ledger: Ledger
    private let recorded = Mutex<[AccessEvent: Timestamp]>([:])

    init(ledger: Ledger) {
        self.ledger = ledger
    }

    func record(_ event: AccessEvent, _ origin: Origin) async {
        let now = ledger.time.now()
        let isDue = recorded.withLock { recorded in
            if recorded.count >= Self.entriesMax { recorded.removeAll() }
            if let last = recorded[event], last <= now, now < last + Self.interval { return false }
            recorded[event] = now
            return true
        }
        guard isDue else { return }
        // What it is about stands, whether it could be recorded or not; the ledger says by itself when it cannot write.
        _ = try? await ledger.execute(.identity(.note(event)), origin: origin)
    }
}
