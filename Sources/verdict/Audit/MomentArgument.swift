import ArgumentParser
import EventLog

/// A moment on the command line: `2026-01-15T10:00:00Z`, or a day, which means its beginning in UTC.
struct MomentArgument: ExpressibleByArgument {
    let moment: Timestamp

    init?(argument: String) {
        guard let moment = Timestamp(rfc3339: argument) ?? Timestamp(rfc3339: argument + "T00:00:00Z") else {
            return nil
        }
        self.moment = moment
    }
}
