/// Times as the tables sum them: in milliseconds and small, so that no number of rows that a disk can hold makes a sum too large
/// for 64 bits, whatever times callers write and clocks say.
enum SummedTime {
    private static let yearMicroseconds: Int64 = 366 * 86_400_000_000
    /// 2020-01-01T00:00:00Z.
    private static let beginning: Int64 = 1_577_836_800_000

    /// A moment, counted from a near one.
    static func moment(_ microseconds: Int64) -> Int64 { microseconds / 1000 - beginning }

    /// From a question to its answer: whoever names a time that is more than a year away counts as one year.
    static func response(from requestedAt: Int64, to resolvedAt: Int64) -> Int64 {
        min(yearMicroseconds, max(-yearMicroseconds, resolvedAt - requestedAt)) / 1000
    }

    /// From a submission to a review of it, in microseconds.
    static func review(from submittedAt: Int64, to recordedAt: Int64) -> Int64 {
        min(yearMicroseconds, max(0, recordedAt - submittedAt))
    }
}
