import EventLog

/// The moment of the past at which somebody looks.
package enum AsOf: Sendable, Hashable {
    /// After the event at that position; 0 for before the first one.
    case position(Position)
    /// Before the first event that was recorded later.
    case time(Timestamp)

    /// Reads a position, such as `1200`, or a time in RFC 3339, such as `2026-01-31T09:00:00Z`; nil for anything else.
    package init?(_ text: String) {
        if !text.isEmpty, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) {
            guard let position = Position(text) else { return nil }
            self = .position(position)
        } else {
            guard let time = Timestamp(rfc3339: text) else { return nil }
            self = .time(time)
        }
    }
}

/// A moment of the past, found in the log.
package struct PastMoment: Sendable, Hashable {
    /// The last event that had been recorded.
    package let position: Position
    /// What the clock said.
    package let time: Timestamp
}

/// Why a moment cannot be looked at.
package enum PastError: Error, CustomStringConvertible {
    case beyondEnd(last: Position)
    case inFuture(now: Timestamp)
    /// Too many look at the past just now.
    case busy
    case unavailable(String)

    package var description: String {
        switch self {
        case .beyondEnd(let last): "the log ends at position \(last)"
        case .inFuture(let now): "that time has not come: it is \(now.rfc3339) now"
        case .busy: "too many requests look at the past just now"
        case .unavailable(let reason): reason
        }
    }
}
