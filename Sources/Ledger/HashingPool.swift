import Dispatch
import EventLog
import Foundation
import Synchronization

/// Threads for work that takes a core for tens of milliseconds, such as hashing a password: few, of low priority, so
/// that everything else goes on meanwhile.
package final class HashingPool: Sendable {
    package struct Overloaded: Error {}

    /// What the rest of the process is more important by, in steps of `nice`.
    private static let niceness: Int32 = 10

    private struct State {
        var jobs: [@Sendable () -> Void] = []
        var isClosed = false
    }

    /// Shared with the threads, which live as long as there is work to come.
    private final class Queue: Sendable {
        let state = Mutex(State())
        let filled = DispatchSemaphore(value: 0)

        func take() -> (@Sendable () -> Void)? {
            filled.wait()
            return state.withLock { $0.jobs.isEmpty ? nil : $0.jobs.removeFirst() }
        }
    }

    private let queue = Queue()
    private let waitingMax: Int
    private let width: Int

    /// - Parameter waitingMax: jobs that may wait; the next one is refused.
    package init(width: Int = max(1, ProcessInfo.processInfo.activeProcessorCount), waitingMax: Int = 512) {
        self.waitingMax = waitingMax
        self.width = width
        for _ in 0..<width {
            let thread = Thread { [queue] in
                ThreadPriority.lower(by: Self.niceness)
                while let job = queue.take() { job() }
            }
            thread.start()
        }
    }

    deinit {
        queue.state.withLock { $0.isClosed = true }
        for _ in 0..<width { queue.filled.signal() }
    }

    /// - Throws: `Overloaded`, or what the work throws.
    package func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Value, any Error>) in
            let isTaken = queue.state.withLock { state in
                guard state.jobs.count < waitingMax else { return false }
                state.jobs.append { continuation.resume(with: Result(catching: work)) }
                return true
            }
            guard isTaken else { return continuation.resume(throwing: Overloaded()) }
            queue.filled.signal()
        }
    }
}
