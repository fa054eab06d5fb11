/// A perfect subtree of a Merkle tree: the `2^level` leaves from `index * 2^level` on.
package struct Subtree: Sendable, Hashable {
    package let level: Int
    package let index: Int

    package init(level: Int, index: Int) {
        self.level = level
        self.index = index
    }

    package var parent: Subtree { Subtree(level: level + 1, index: index / 2) }

    /// The leaves below it.
    package var leaves: Range<Int> { index << level..<(index + 1) << level }

    /// The subtree with exactly these leaves; nil where no perfect subtree has them.
    package init?(leaves: Range<Int>) {
        let count = leaves.count
        guard count > 0, count & (count - 1) == 0, leaves.lowerBound % count == 0 else { return nil }
        level = count.trailingZeroBitCount
        index = leaves.lowerBound / count
    }
}

extension Range<Int> {
    /// Where the tree over these leaves divides: the left side has the largest power of two of them that is less than
    /// their number (RFC 6962, section 2.1).
    ///
    /// - Precondition: there are two leaves at least.
    var middle: Int {
        lowerBound + 1 << (Int.bitWidth - 1 - (count - 1).leadingZeroBitCount)
    }
}
