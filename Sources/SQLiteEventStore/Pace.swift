import Foundation
import Synchronization

/// How fast bytes are copied and compared, so that others who use the same disk and the same cores come first.
package final class Pace: Sendable {
    private let bytesPerSecond: Double?
    private let wait: @Sendable (Duration) -> Void
    /// When the bytes that were taken so far are paid for.
    private let paidAt = Mutex<ContinuousClock.Instant?>(nil)

    /// - Parameters:
    ///   - bytesPerSecond: nil for as fast as it goes.
    ///   - wait: returns after so long.
    package init(
        bytesPerSecond: Double?, wait: @escaping @Sendable (Duration) -> Void = { Thread.sleep(for: $0) }
    ) {
        self.bytesPerSecond = bytesPerSecond
        self.wait = wait
    }

    /// To be called after so many bytes: waits until they are no more than the pace allows.
    package func take(_ sizeBytes: Int) {
        guard let bytesPerSecond, bytesPerSecond > 0 else { return }
        let price = Duration.seconds(Double(sizeBytes) / bytesPerSecond)
        let pause = paidAt.withLock { paidAt in
            let now = ContinuousClock.now
            // Time in which nothing was copied is not saved up for later.
            let next = max(paidAt ?? now, now) + price
            paidAt = next
            return next - now
        }
        if pause > .zero { wait(pause) }
    }
}

extension Thread {
    fileprivate static func sleep(for duration: Duration) {
        let (seconds, attoseconds) = duration.components
        sleep(forTimeInterval: Double(seconds) + Double(attoseconds) * 1e-18)
    }
}
