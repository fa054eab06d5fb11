import EventLog

/// A month of the calendar, UTC.
package struct Month: Sendable, Hashable, Comparable {
    /// The year times twelve, and 0 for January.
    package let number: Int

    package init(number: Int) {
        self.number = number
    }

    package init(of moment: Timestamp) {
        let parts = moment.rfc3339.split(separator: "-", maxSplits: 2)
        number = (Int(parts[0]) ?? 0) * 12 + (Int(parts[1]) ?? 1) - 1
    }

    /// `2026-01`.
    package var text: String {
        let month = String(100 + number % 12 + 1).dropFirst()
        let year = String(10_000 + number / 12).dropFirst()
        return "\(year)-\(month)"
    }

    package static func < (left: Month, right: Month) -> Bool { left.number < right.number }
}
