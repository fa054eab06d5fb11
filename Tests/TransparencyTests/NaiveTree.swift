import Transparency

/// A tree as RFC 6962 defines it, word for word and slow: what everything else is compared with.
struct NaiveTree {
    let leaves: [MerkleHash]

    init(_ entries: some Sequence<[UInt8]>) {
        leaves = entries.map { .leaf($0) }
    }

    /// A tree over the numbers up to there, each as two bytes, the lower one first.
    init(countingTo size: Int) {
        self.init((0..<size).map(Self.entry))
    }

    static func entry(_ index: Int) -> [UInt8] { [UInt8(index & 0xFF), UInt8(index >> 8 & 0xFF)] }

    /// MTH of section 2.1.
    func hash(_ range: Range<Int>) -> MerkleHash {
        switch range.count {
        case 0: .emptyTree
        case 1: leaves[range.lowerBound]
        default: .node(hash(range.lowerBound..<split(range)), hash(split(range)..<range.upperBound))
        }
    }

    func hash(_ subtree: Subtree) -> MerkleHash { hash(subtree.leaves) }

    func root(_ size: Int) -> MerkleHash { hash(0..<size) }

    /// PATH of section 2.1.1.
    func path(_ index: Int, _ range: Range<Int>) -> [MerkleHash] {
        guard range.count > 1 else { return [] }
        let middle = split(range)
        return index < middle
            ? path(index, range.lowerBound..<middle) + [hash(middle..<range.upperBound)]
            : path(index, middle..<range.upperBound) + [hash(range.lowerBound..<middle)]
    }

    /// SUBPROOF of section 2.1.2.
    func subproof(_ old: Int, _ range: Range<Int>, _ isKnown: Bool) -> [MerkleHash] {
        if old == range.upperBound { return isKnown ? [] : [hash(range)] }
        let middle = split(range)
        return old <= middle
            ? subproof(old, range.lowerBound..<middle, isKnown) + [hash(middle..<range.upperBound)]
            : subproof(old, middle..<range.upperBound, false) + [hash(range.lowerBound..<middle)]
    }

    private func split(_ range: Range<Int>) -> Int {
        var left = 1
        while left * 2 < range.count { left *= 2 }
        return range.lowerBound + left
    }
}
