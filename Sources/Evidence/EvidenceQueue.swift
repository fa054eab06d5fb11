import Dispatch
import Projections
import Synchronization

/// What waits for the thread that keeps the tree. Bounded: what does not fit is read from the log instead.
final class EvidenceQueue: Sendable {
    /// Events that may wait; beyond them the thread is told to read the log.
    private static let eventsMax = 65_536

    struct Work {
        var batches: [[CommittedEvent]] = []
        var eventCount = 0
        /// Whether events came that are not among the batches.
        var hasOverflown = false
        var wantsCheckpoint = false
    }

    private struct State {
        var work = Work()
        var isSignalled = false
        var isClosed = false
    }

    private let state = Mutex(State())
    private let filled = DispatchSemaphore(value: 0)

    func append(_ events: [CommittedEvent]) {
        change { work in
            guard work.eventCount + events.count <= Self.eventsMax else {
                work.hasOverflown = true
                return
            }
            work.batches.append(events)
            work.eventCount += events.count
        }
    }

    func requestCheckpoint() {
        change { $0.wantsCheckpoint = true }
    }

    private func change(_ body: (inout Work) -> Void) {
        let mustSignal = state.withLock { state in
            guard !state.isClosed else { return false }
            body(&state.work)
            defer { state.isSignalled = true }
            return !state.isSignalled
        }
        if mustSignal { filled.signal() }
    }

    /// Waits for work and takes all of it; nil once the queue is closed and empty.
    func take() -> Work? {
        while true {
            let (work, isClosed) = state.withLock { state -> (Work?, Bool) in
                guard state.isSignalled else { return (nil, state.isClosed) }
                defer { state.work = Work() }
                state.isSignalled = false
                return (state.work, state.isClosed)
            }
            if let work { return work }
            if isClosed { return nil }
            filled.wait()
        }
    }

    var isClosed: Bool { state.withLock { $0.isClosed } }

    /// Takes no more; what waits is still done.
    func close() {
        state.withLock { $0.isClosed = true }
        filled.signal()
    }
}
