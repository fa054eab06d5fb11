import Foundation

/// Where the time comes from. Nothing else in the house asks for it, so tests move it by hand.
package protocol TimeSource: Sendable {
    func now() -> Timestamp

    /// Returns when `deadline` has come, or earlier: a caller looks at the time again and waits on.
    ///
    /// - Throws: `CancellationError` when the task is cancelled.
    func wait(until deadline: Timestamp) async throws
}

/// The machine's clock.
package struct SystemTime: TimeSource {
    /// The clock may be set while somebody waits, so nobody waits longer than this without looking again.
    private static let longestWait = Interval.seconds(1)

    package init() {}

    package func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
    }

    package func wait(until deadline: Timestamp) async throws {
        let interval = min(deadline - now(), Self.longestWait)
        guard interval.microseconds > 0 else { return }
        try await Task.sleep(for: .microseconds(interval.microseconds))
    }
}
