import EventLog

/// Counts the messages of a user, minute by minute.
struct MessageRate: Sendable {
    static let window = Interval.minutes(1)

    private var start: Timestamp
    private var count = 0

    init(at now: Timestamp) {
        start = now
    }

    /// Counts a message.
    ///
    /// - Returns: how long to wait where it is one too many, nil where it is not.
    mutating func admit(at now: Timestamp, max: Int) -> Interval? {
        if hasPassed(at: now) { self = MessageRate(at: now) }
        guard count >= max else {
            count += 1
            return nil
        }
        return start + Self.window - now
    }

    /// Whether nothing that was counted matters any more; a clock that was set back ends the minute too.
    func hasPassed(at now: Timestamp) -> Bool {
        now >= start + Self.window || now < start
    }
}
