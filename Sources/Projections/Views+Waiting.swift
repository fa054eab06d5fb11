import EventLog
import Synchronization

/// Who waits for the views to see what is recorded.
struct ViewsWaiting {
    struct Waiter {
        let position: Position
        let resume: @Sendable () -> Void
    }

    /// The last event that readers have to see.
    var announced: Position = 0
    var waiters: [Waiter] = []
    var whenAwaited: @Sendable () -> Void = {}
}

extension Views {
    /// From now on every read sees the events up to that position.
    package func announce(_ position: Position) {
        waiting.withLock { $0.announced = max($0.announced, position) }
    }

    /// - Parameter callback: called when somebody has to wait.
    package func whenAwaited(_ callback: @escaping @Sendable () -> Void) {
        waiting.withLock { $0.whenAwaited = callback }
    }

    /// Says that the views cannot get there now: whoever waits gets what there is, and so does everybody until the next
    /// announcement.
    package func disappoint() {
        serveWaiters { waiting in
            waiting.announced = 0
            return .max
        }
    }

    /// Returns once the views have seen everything that was announced.
    func waitForAnnounced() async {
        guard position < waiting.withLock({ $0.announced }) else { return }
        await withCheckedContinuation { continuation in
            whenSeen { continuation.resume() }
        }
    }

    /// - Parameter resume: called once the views have seen everything that was announced before the call; at once, or by whoever
    ///   brings them there, so it must not take long.
    package func whenSeen(_ resume: @escaping @Sendable () -> Void) {
        let whenAwaited = waiting.withLock { waiting -> (@Sendable () -> Void)? in
            guard position < waiting.announced else { return nil }
            waiting.waiters.append(ViewsWaiting.Waiter(position: waiting.announced, resume: resume))
            return waiting.whenAwaited
        }
        if let whenAwaited { whenAwaited() } else { resume() }
    }

    /// Serves those who wait for what the views have seen by now.
    func serveWaiters() {
        let position = position
        serveWaiters { _ in position }
    }

    private func serveWaiters(upTo position: (inout ViewsWaiting) -> Position) {
        let served = waiting.withLock { waiting -> [ViewsWaiting.Waiter] in
            let reached = position(&waiting)
            guard !waiting.waiters.isEmpty else { return [] }
            let served = waiting.waiters.filter { $0.position <= reached }
            waiting.waiters.removeAll { $0.position <= reached }
            return served
        }
        for waiter in served { waiter.resume() }
    }
}
