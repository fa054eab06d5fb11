import EventLog
import Identity
import Ledger
import Synchronization

/// Records that a user asked for what the role does not permit: once a minute for each user and operation, so that
/// nobody fills the log by asking.
final class RefusalRecorder: Sendable {
    private static let interval = Interval.minutes(1)
    private static let entriesMax = 10_000

    private let ledger: Ledger
    private let recorded = Mutex<[String: Timestamp]>([:])

    init(ledger: Ledger) {
        self.ledger = ledger
    }

    func record(_ principal: Principal, _ operation: String, _ origin: Origin) async {
        guard principal.kind != .local else { return }
        let now = ledger.time.now()
        let isDue = recorded.withLock { recorded in
            if recorded.count >= Self.entriesMax { recorded.removeAll() }
            let key = "\(operation) \(principal.name)"
            if let last = recorded[key], last <= now, now < last + Self.interval { return false }
            recorded[key] = now
            return true
        }
        guard isDue else { return }
        let event = AccessEvent.permissionRefused(username: principal.name, operation: operation)
        // The refusal stands, whether it could be recorded or not; the log says by itself when it cannot be written.
        _ = try? await ledger.execute(.identity(.note(event)), origin: origin)
    }
}
