import EventLog

/// Positions in ascending order, neighbours together.
struct PositionRanges: Sendable {
    private(set) var ranges: [ClosedRange<Position>] = []

    /// - Precondition: positions come in ascending order.
    mutating func append(_ position: Position) {
        append(position...position)
    }

    mutating func append(_ range: ClosedRange<Position>) {
        if let last = ranges.last, last.upperBound + 1 == range.lowerBound {
            ranges[ranges.count - 1] = last.lowerBound...range.upperBound
        } else {
            ranges.append(range)
        }
    }

    /// Each as it stands in a sentence: `the event 7`, `the events 7 to 9`.
    var sentences: [String] {
        ranges.map { range in
            range.count == 1 ? "the event \(range.lowerBound)" : "the events \(range.lowerBound) to \(range.upperBound)"
        }
    }
}
