import Dispatch
import Projections
import Synchronization

/// What waits for a thread that brings read models up behind the commands. Bounded.
final class FollowQueue: Sendable {
    /// What becomes of events for which there is no room.
    enum Overflow: Sendable {
        /// The thread is told to read them from the log.
        case readLog
        /// Whoever brings them waits for the thread, so that it is never far behind.
        case wait
    }

    struct Work {
        var events: [CommittedEvent] = []
        /// Whether the log has to be read, since it holds more than these events.
        var mustReadLog = false
    }

    private struct State {
        // The log may be longer than the models when the thread begins.
        var work = Work(mustReadLog: true)
        var hasWork = true
        var isUrgent = false
        var isClosed = false
        var isSomebodyWaiting = false
        /// How many events were taken last.
        var takenCount = 0
    }

    private let eventsMax: Int
    private let overflow: Overflow
    private let lingerMilliseconds: Int
    private let lingersFrom: Int
    private let state = Mutex(State())
    private let changed = DispatchSemaphore(value: 0)
    private let emptied = DispatchSemaphore(value: 0)

    /// - Parameters:
    ///   - eventsMax: events that may wait.
    ///   - lingerMilliseconds: as long as nobody asks, so much is gathered before anything is written: a transaction costs
    ///     the same however little it holds.
    ///   - lingersFrom: how many events have to have come at once for that; fewer are done with at once.
    init(eventsMax: Int, whenFull overflow: Overflow, lingerMilliseconds: Int, lingersFrom: Int = 0) {
        self.eventsMax = eventsMax
        self.overflow = overflow
        self.lingerMilliseconds = lingerMilliseconds
        self.lingersFrom = lingersFrom
    }

    /// Events of the log, each once and in order; called by one thread.
    func append(_ events: [CommittedEvent]) {
        while !put(events) { emptied.wait() }
    }

    /// False where there is no room yet.
    private func put(_ events: [CommittedEvent]) -> Bool {
        let (isIn, mustSignal) = state.withLock { state -> (Bool, Bool) in
            let isFull = !state.work.events.isEmpty && state.work.events.count + events.count > eventsMax
            if isFull, overflow == .wait, !state.work.mustReadLog, !state.isClosed {
                state.isSomebodyWaiting = true
                state.isUrgent = true
                return (false, true)
            }
            if state.work.mustReadLog || isFull {
                state.work = Work(mustReadLog: true)
            } else {
                state.work.events += events
            }
            defer { state.hasWork = true }
            return (true, !state.hasWork)
        }
        if mustSignal { changed.signal() }
        return isIn
    }

    /// Has the thread do its work at once, and look at the log where it has none: whoever waits for it must not wait for
    /// what it has tried already.
    func hurry() {
        let mustSignal = state.withLock { state in
            defer {
                state.hasWork = true
                state.isUrgent = true
            }
            return !state.hasWork || !state.isUrgent
        }
        if mustSignal { changed.signal() }
    }

    /// Waits for work and takes all of it; nil once the queue is closed.
    func take() -> Work? {
        waitForWork()
        let (work, isSomebodyWaiting) = state.withLock { state -> (Work?, Bool) in
            defer {
                state.work = Work()
                state.hasWork = false
                state.isUrgent = false
                state.isSomebodyWaiting = false
            }
            state.takenCount = state.work.events.count
            return (state.isClosed ? nil : state.work, state.isSomebodyWaiting)
        }
        if isSomebodyWaiting { emptied.signal() }
        return work
    }

    private func waitForWork() {
        var end: DispatchTime?
        while true {
            let (hasWork, isUrgent) = state.withLock { state in
                (state.hasWork, state.isUrgent || state.isClosed || state.hasWork && state.takenCount < lingersFrom)
            }
            if isUrgent { return }
            guard hasWork else {
                changed.wait()
                continue
            }
            let until = end ?? .now() + .milliseconds(lingerMilliseconds)
            end = until
            if changed.wait(timeout: until) == .timedOut { return }
        }
    }

    var isClosed: Bool { state.withLock { $0.isClosed } }

    /// Takes no more; what waits is left in the log.
    func close() {
        let isSomebodyWaiting = state.withLock { state in
            defer { state.isSomebodyWaiting = false }
            state.isClosed = true
            return state.isSomebodyWaiting
        }
        changed.signal()
        if isSomebodyWaiting { emptied.signal() }
    }
}
