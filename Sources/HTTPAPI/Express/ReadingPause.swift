import Foundation
import Synchronization

/// Has questions go the usual way for a while after one that had to wait, for the disk most likely: as long as it waits on
/// an event loop, every connection of the loop does. So no more than a twentieth of the time is lost to that.
final class ReadingPause: Sendable {
    private static let waitMin = Duration.milliseconds(1)
    private static let pausePerWait = 20
    /// `RUSAGE_THREAD`, which Swift does not see.
    private static let thisThread: __rusage_who_t = 1

    private let end = Mutex(ContinuousClock.now)

    /// What the body returns; nil during a pause.
    func read<Value>(_ body: () throws -> Value?) rethrows -> Value? {
        let start = ContinuousClock.now
        guard end.withLock({ start >= $0 }) else { return nil }
        let waits = Self.waits
        defer {
            let elapsed = ContinuousClock.now - start
            // Not where others only took the processor.
            if elapsed >= Self.waitMin, Self.waits > waits {
                end.withLock { $0 = max($0, start + elapsed * Self.pausePerWait) }
            }
        }
        return try body()
    }

    /// How often this thread has had to wait for something.
    private static var waits: Int {
        var usage = rusage()
        getrusage(thisThread, &usage)
        return usage.ru_nvcsw
    }
}
