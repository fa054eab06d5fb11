import EventLog
import Synchronization

/// The text of the second that was asked for last: to write it takes longer than the rest of a head.
enum HTTPDateCache {
    private static let last = Mutex<(second: Int64, text: String)>((-1, ""))

    static func text(of moment: Timestamp) -> String {
        let second = moment.microseconds / 1_000_000
        return last.withLock { last in
            if last.second != second { last = (second, moment.httpDate) }
            return last.text
        }
    }
}
