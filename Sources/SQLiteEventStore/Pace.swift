import Foundation
import Synchronization

/// How fast bytes are copied and compared, so that others who use the same disk and the same cores come first.
package final class Pace: Sendable {
    private let bytesPerSecond: Double?
    /// When the bytes that were taken so far are paid for.
    private let paidAt = Mutex<ContinuousClock.Instant?>(nil)

    /// - Parameter bytesPerSecond: nil for as fast as it goes.
    package init(bytesPerSecond: Double?) {
        self.bytesPerSecond = bytesPerSecond
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
        let seconds = Double(pause.components.seconds) + Double(pause.components.attoseconds) * 1e-18
        if seconds > 0 { Thread.sleep(forTimeInterval: seconds) }
    }
}
