import EventLog
import Synchronization

/// Counts failed proofs by name and by address, so that nobody guesses for long. Successes are never counted
/// (hitl-api 12.2).
final class FailureLimiter: Sendable {
    private struct Window {
        var start: Timestamp
        var count: Int
    }

    /// More names and addresses than that are not told apart: the oldest are forgotten.
    private static let entriesMax = 100_000

    private let windows = Mutex<[String: Window]>([:])
    private let perName: Int
    private let perAddress: Int
    private let length: Interval

    /// 0 for no limit.
    init(_ configuration: IdentityServices.Configuration) {
        perName = configuration.failuresPerName
        perAddress = configuration.failuresPerAddress
        length = configuration.failureWindow
    }

    /// How long somebody has to wait before the next try counts as one; nil for not at all.
    func wait(name: String, address: String?, at now: Timestamp) -> Interval? {
        windows.withLock { windows in
            [remaining(windows["name " + name], perName, now), remaining(windows["address " + (address ?? "")], perAddress, now)]
                .compactMap(\.self).max()
        }
    }

    private func remaining(_ window: Window?, _ limit: Int, _ now: Timestamp) -> Interval? {
        guard limit > 0, let window, window.count >= limit, now < window.start + length else { return nil }
        return window.start + length - now
    }

    func fail(name: String, address: String?, at now: Timestamp) {
        windows.withLock { windows in
            if windows.count >= Self.entriesMax {
                windows = windows.filter { now < $0.value.start + length }
                if windows.count >= Self.entriesMax { windows.removeAll() }
            }
            for key in ["name " + name, "address " + (address ?? "")] {
                var window = windows[key] ?? Window(start: now, count: 0)
                // A clock that was set back must not lock anybody out for long.
                if now >= window.start + length || now < window.start { window = Window(start: now, count: 0) }
                window.count += 1
                windows[key] = window
            }
        }
    }
}
