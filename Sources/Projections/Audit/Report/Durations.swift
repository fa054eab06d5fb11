import EventLog

/// How long something took, over all times that it was done.
package struct Durations: Sendable, Hashable {
    package let count: Int
    private let total: Int64
    package let p50: Interval
    package let p95: Interval
    package let longest: Interval

    /// - Parameter microseconds: in any order.
    package init(microseconds: [Int64]) {
        let sorted = microseconds.sorted()
        count = sorted.count
        total = sorted.reduce(0, +)
        p50 = Self.percentile(50, of: sorted)
        p95 = Self.percentile(95, of: sorted)
        longest = Interval(microseconds: sorted.last ?? 0)
    }

    /// Nearest rank: the smallest value that so many of a hundred do not exceed. 0 of nothing.
    private static func percentile(_ percent: Int, of sorted: [Int64]) -> Interval {
        guard !sorted.isEmpty else { return Interval(microseconds: 0) }
        let rank = (percent * sorted.count + 99) / 100
        return Interval(microseconds: sorted[max(rank, 1) - 1])
    }

    /// 0 of nothing.
    package var averageSeconds: Double { count == 0 ? 0 : Double(total) / Double(count) / 1_000_000 }
}
