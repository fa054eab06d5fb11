/// A moment: microseconds since 1970-01-01T00:00:00 UTC, leap seconds ignored.
package struct Timestamp: Sendable, Hashable, Comparable {
    package let microseconds: Int64

    package init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    package static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.microseconds < right.microseconds
    }

    package static func + (moment: Timestamp, interval: Interval) -> Timestamp {
        Timestamp(microseconds: moment.microseconds + interval.microseconds)
    }

    package static func - (moment: Timestamp, interval: Interval) -> Timestamp {
        Timestamp(microseconds: moment.microseconds - interval.microseconds)
    }

    package static func - (later: Timestamp, earlier: Timestamp) -> Interval {
        Interval(microseconds: later.microseconds - earlier.microseconds)
    }

    /// Seconds since 1970 with six decimals, as in ids that carry an epoch.
    package var epochSecondsText: String {
        let fraction = String(1_000_000 + microseconds % 1_000_000).dropFirst()
        return "\(microseconds / 1_000_000).\(fraction)"
    }
}

/// A span of time in microseconds.
package struct Interval: Sendable, Hashable, Comparable {
    package let microseconds: Int64

    package init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    package static func seconds(_ seconds: Int) -> Interval {
        Interval(microseconds: Int64(seconds) * 1_000_000)
    }

    package static func seconds(_ seconds: Double) -> Interval {
        Interval(microseconds: Int64((seconds * 1_000_000).rounded()))
    }

    package static func minutes(_ minutes: Int) -> Interval { .seconds(minutes * 60) }

    package static func hours(_ hours: Int) -> Interval { .seconds(hours * 3600) }

    package var seconds: Double { Double(microseconds) / 1_000_000 }

    package static func < (left: Interval, right: Interval) -> Bool {
        left.microseconds < right.microseconds
    }
}
