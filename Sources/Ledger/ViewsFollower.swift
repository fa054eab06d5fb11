import EventLog
import Foundation
import Logging
import Projections
import Synchronization

/// Brings the views up behind the commands, on a thread of its own: whoever writes does not wait for them, and whoever
/// reads waits until they have seen everything that was acknowledged before.
final class ViewsFollower: Sendable {
    /// Events that may wait for the thread; beyond them the writer waits, so that readers never do for long.
    private static let eventsMax = 2048

    private static let lingerMilliseconds = 50

    /// A server with little to do has its views written at once: they are there then even if the disk is full soon after.
    private static let lingersFrom = 16

    private let views: Views
    private let log: any EventStore
    private let metrics: LedgerMetrics
    private let logger: Logger
    private let queue = FollowQueue(
        eventsMax: eventsMax, whenFull: .wait, lingerMilliseconds: lingerMilliseconds, lingersFrom: lingersFrom)
    private let failure = Mutex<String?>(nil)
    private let ended = ThreadEnd()

    init(views: Views, log: any EventStore, metrics: LedgerMetrics, logger: Logger) {
        self.views = views
        self.log = log
        self.metrics = metrics
        self.logger = logger
        views.whenAwaited { [queue] in queue.hurry() }
    }

    func start() {
        let thread = Thread { [self] in
            while let work = queue.take() { serve(work) }
            // A start with nothing to catch up is a fast one.
            try? views.catchUp(with: log)
            ended.tell()
        }
        thread.name = "verdict-views"
        thread.start()
    }

    /// Takes events that are on the disk; from now on readers see them.
    func append(_ events: [CommittedEvent]) {
        guard let last = events.last?.recorded.position else { return }
        queue.append(events)
        views.announce(last)
    }

    /// Why the views could not follow at the last attempt; nil while all is well.
    var trouble: String? { failure.withLock { $0 } }

    /// Tries once more where the views could not follow.
    ///
    /// - Throws: `DatabaseError`, `EventStoreError` where they still cannot.
    func retry() throws {
        guard trouble != nil else { return }
        try views.catchUp(with: log)
        failure.withLock { $0 = nil }
    }

    private func serve(_ work: FollowQueue.Work) {
        do {
            try metrics.viewsTime.measure { try views.follow(work, with: log) }
            failure.withLock { $0 = nil }
        } catch {
            logger.error("the views cannot follow the log", metadata: ["error": "\(error)"])
            failure.withLock { $0 = "\(error)" }
            // The events are safe: readers get what there is, and the views catch up with the next events or the clock.
            views.disappoint()
        }
    }

    /// Brings the views to the end of the log and stops.
    func close() async {
        queue.close()
        await ended.wait()
    }
}
