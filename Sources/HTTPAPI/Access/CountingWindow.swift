import EventLog

/// Counts what happens in a stretch of time that begins with the first of it.
struct CountingWindow: Sendable {
    let length: Interval
    private(set) var start: Timestamp
    private(set) var count = 0

    init(_ length: Interval, from start: Timestamp) {
        self.length = length
        self.start = start
    }

    /// Counts one more; in a new stretch where this one has passed.
    mutating func count(at now: Timestamp) {
        if hasPassed(at: now) { self = CountingWindow(length, from: now) }
        count += 1
    }

    /// Counts one more, unless it is one too many.
    ///
    /// - Returns: how long until the next one is admitted; nil where this one is.
    mutating func admit(at now: Timestamp, max: Int) -> Interval? {
        if let wait = wait(for: max, at: now) { return wait }
        count(at: now)
        return nil
    }

    /// How long until the next one is admitted; nil where there were fewer than `max`.
    func wait(for max: Int, at now: Timestamp) -> Interval? {
        hasPassed(at: now) || count < max ? nil : start + length - now
    }

    /// Whether nothing that was counted matters any more. A clock that was set back must not lock anybody out for long.
    func hasPassed(at now: Timestamp) -> Bool {
        now >= start + length || now < start
    }
}
