import ArgumentParser
import EventLog

/// A time on the command line.
struct Moment: Sendable, Hashable, ExpressibleByArgument {
    let timestamp: Timestamp

    /// Nil unless it is RFC 3339, such as `2026-01-05T09:30:00Z`.
    init?(argument: String) {
        guard let timestamp = Timestamp(rfc3339: argument) else { return nil }
        self.timestamp = timestamp
    }

    var defaultValueDescription: String { timestamp.rfc3339 }
}
