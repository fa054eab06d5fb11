import CoreMetrics
import EventLog
import Logging
import Synchronization

/// Readers who come back with a position that the log does not reach: each is a sign that events are lost, or that
/// somebody has made the position up. So they are counted and logged, and change nothing else.
final class ReadersBeyondEnd: Sendable {
    /// A caller who makes up positions must not fill the server's own log.
    private static let logInterval = Interval.minutes(1)

    private let counter: Counter
    private let logger: Logger
    private let lastLogged = Mutex<Timestamp?>(nil)

    init(metrics: any MetricsFactory, logger: Logger) {
        counter = Counter(label: "verdict_readers_beyond_end_total", factory: metrics)
        self.logger = logger
    }

    func note(_ position: Position, beyond end: Position, at now: Timestamp) {
        counter.increment()
        let isDue = lastLogged.withLock { last in
            if let last, last <= now, now < last + Self.logInterval { return false }
            last = now
            return true
        }
        guard isDue else { return }
        logger.error(
            "a reader has seen events that this log does not hold: they may be lost",
            metadata: ["position": "\(position)", "end": "\(end)"])
    }
}
