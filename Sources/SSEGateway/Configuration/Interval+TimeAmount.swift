import EventLog
import NIOCore

extension Interval {
    /// The same for an event loop.
    var timeAmount: TimeAmount { .microseconds(microseconds) }
}
