import EventLog
import Synchronization

/// Counts failed proofs by name and by address, so that nobody guesses for long. Successes are never counted
/// (hitl-api 12.2).
final class FailureLimiter: Sendable {
    /// More names and addresses than that are not told apart: the oldest are forgotten.
    private static let entriesMax = 100_000

    private let windows = Mutex<[String: CountingWindow]>([:])
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
            let waits = [
                remaining(windows["name " + name], perName, now),
                remaining(windows["address " + (address ?? "")], perAddress, now),
            ]
            return waits.compactMap(\.self).max()
        }
    }

    private func remaining(_ window: CountingWindow?, _ limit: Int, _ now: Timestamp) -> Interval? {
        limit > 0 ? window?.wait(for: limit, at: now) : nil
    }

    func fail(name: String, address: String?, at now: Timestamp) {
        windows.withLock { windows in
            if windows.count >= Self.entriesMax {
                windows = windows.filter { !$0.value.hasPassed(at: now) }
                if windows.count >= Self.entriesMax { windows.removeAll() }
            }
            for key in ["name " + name, "address " + (address ?? "")] {
                windows[key, default: CountingWindow(length, from: now)].count(at: now)
            }
        }
    }
}
