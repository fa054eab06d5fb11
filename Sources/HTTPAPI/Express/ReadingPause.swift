import Foundation
import Synchronization

/// Has questions go the usual way for a while after one that had to read from the disk: as long as it waits for that on an
/// event loop, every connection of the loop waits too. So no more than a twentieth of the time is lost to it.
final class ReadingPause: Sendable {
    private static let pausePerWait = 20
    /// `RUSAGE_THREAD`, which Swift does not see.
    private static let thisThread: __rusage_who_t = 1

    private let blocksRead: @Sendable () -> Int
    private let end = Mutex(ContinuousClock.now)

    /// - Parameter blocksRead: how much the thread that asks has ever read from disks.
    init(blocksRead: @escaping @Sendable () -> Int = ReadingPause.blocksReadByThread) {
        self.blocksRead = blocksRead
    }

    /// What the body returns; nil during a pause.
    func read<Value>(_ body: () throws -> Value?) rethrows -> Value? {
        let start = ContinuousClock.now
        guard end.withLock({ start >= $0 }) else { return nil }
        let before = blocksRead()
        defer {
            if blocksRead() > before {
                let wait = ContinuousClock.now - start
                end.withLock { $0 = max($0, start + wait * Self.pausePerWait) }
            }
        }
        return try body()
    }

    static func blocksReadByThread() -> Int {
        var usage = rusage()
        getrusage(thisThread, &usage)
        return usage.ru_inblock
    }
}
