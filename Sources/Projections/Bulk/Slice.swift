/// A text within the bytes of a `BulkRecord`.
struct Slice: Equatable {
    /// Counted from the beginning of the record.
    let start: UInt32
    let count: UInt32

    init(_ start: Int, _ count: Int) {
        self.start = UInt32(truncatingIfNeeded: start)
        self.count = UInt32(truncatingIfNeeded: count)
    }

    /// The same text where other bytes stand in front of the record's.
    func moved(by offset: Int) -> Slice { Slice(Int(start) + offset, Int(count)) }
}
