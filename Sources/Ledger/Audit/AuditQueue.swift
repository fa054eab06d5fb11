import Dispatch
import Projections
import Synchronization

/// What waits for the thread that keeps the audit index. Bounded: what does not fit is read from the log instead.
final class AuditQueue: Sendable {
    /// Events that may wait; beyond them the thread is told to read the log.
    private static let eventsMax = 16_384

    /// As long as nobody asks, so much is gathered before the index is written: a transaction costs the same however
    /// little it holds.
    private static let lingerMilliseconds = 50

    struct Work {
        var events: [CommittedEvent] = []
        /// Whether the log has to be read, since it holds more than these events.
        var mustReadLog = false
    }

    private struct State {
        // The log may be longer than the index when the thread begins.
        var work = Work(mustReadLog: true)
        var hasWork = true
        var isUrgent = false
        var isClosed = false
    }

    private let state = Mutex(State())
    private let changed = DispatchSemaphore(value: 0)

    /// Events of the log, each once and in order.
    func append(_ events: [CommittedEvent]) {
        let isFirst = state.withLock { state in
            if state.work.mustReadLog || state.work.events.count + events.count > Self.eventsMax {
                state.work = Work(mustReadLog: true)
            } else {
                state.work.events += events
            }
            defer { state.hasWork = true }
            return !state.hasWork
        }
        if isFirst { changed.signal() }
    }

    /// Has the thread look at the log at once.
    func demand() {
        state.withLock { state in
            state.work.mustReadLog = true
            state.hasWork = true
            state.isUrgent = true
        }
        changed.signal()
    }

    /// Waits for work and takes all of it; nil once the queue is closed.
    func take() -> Work? {
        waitForWork()
        return state.withLock { state in
            guard !state.isClosed else { return nil }
            defer {
                state.work = Work()
                state.hasWork = false
                state.isUrgent = false
            }
            return state.work
        }
    }

    private func waitForWork() {
        var end: DispatchTime?
        while true {
            let (hasWork, isUrgent) = state.withLock { ($0.hasWork, $0.isUrgent || $0.isClosed) }
            if isUrgent { return }
            guard hasWork else {
                changed.wait()
                continue
            }
            let until = end ?? .now() + .milliseconds(Self.lingerMilliseconds)
            end = until
            if changed.wait(timeout: until) == .timedOut { return }
        }
    }

    var isClosed: Bool { state.withLock { $0.isClosed } }

    /// Takes no more; what waits is left for the next start.
    func close() {
        state.withLock { $0.isClosed = true }
        changed.signal()
    }
}
