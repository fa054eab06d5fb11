/// The proof that a tree begins with all the leaves of an older one, in the same order (RFC 6962, section 2.1.2).
package struct ConsistencyProof: Sendable, Hashable {
    package let oldSize: Int
    package let size: Int
    package let hashes: [MerkleHash]

    package init(oldSize: Int, size: Int, hashes: [MerkleHash]) {
        self.oldSize = oldSize
        self.size = size
        self.hashes = hashes
    }

    /// Makes the proof between two sizes of one tree; nil where the old one is not the smaller one or equal.
    ///
    /// From the empty tree, and between equal sizes, nothing has to be proven: the proof is empty.
    ///
    /// - Parameter subtree: the hash of a perfect subtree of the tree of size `size`.
    package init?(oldSize: Int, size: Int, subtree: (Subtree) throws -> MerkleHash) rethrows {
        guard oldSize >= 0, oldSize <= size else { return nil }
        var hashes: [MerkleHash] = []
        var leaves = 0..<size
        // An old tree that is a perfect subtree at the left edge is known by its root; any other needs its last part.
        var isAtLeftEdge = true
        while oldSize > 0, leaves.upperBound != oldSize {
            let (left, right) = (leaves.lowerBound..<leaves.middle, leaves.middle..<leaves.upperBound)
            let isLeft = oldSize <= left.upperBound
            hashes.append(try MerkleHash(of: isLeft ? right : left, subtree: subtree))
            if !isLeft { isAtLeftEdge = false }
            leaves = isLeft ? left : right
        }
        if oldSize > 0, !isAtLeftEdge { hashes.append(try MerkleHash(of: leaves, subtree: subtree)) }
        self.init(oldSize: oldSize, size: size, hashes: hashes.reversed())
    }

    /// Whether the tree with `root` begins with the one with `oldRoot` (RFC 9162, section 2.1.4.2).
    ///
    /// Everything is consistent with the empty tree, whose root is known.
    package func proves(_ oldRoot: MerkleHash, in root: MerkleHash) -> Bool {
        guard oldSize >= 0, oldSize <= size else { return false }
        if oldSize == size { return hashes.isEmpty && oldRoot == root }
        if oldSize == 0 { return hashes.isEmpty && oldRoot == .emptyTree }
        var remaining = hashes[...]
        // An old tree that is a perfect subtree of the new one is not repeated in the proof.
        let isPerfect = oldSize & (oldSize - 1) == 0
        guard let first = isPerfect ? oldRoot : remaining.popFirst() else { return false }
        var (place, last) = (oldSize - 1, size - 1)
        while place % 2 == 1 { (place, last) = (place / 2, last / 2) }
        var (old, new) = (first, first)
        for sibling in remaining {
            guard last > 0 else { return false }
            if place % 2 == 1 || place == last {
                old = .node(sibling, old)
                new = .node(sibling, new)
                while place % 2 == 0, place > 0 { (place, last) = (place / 2, last / 2) }
            } else {
                new = .node(new, sibling)
            }
            (place, last) = (place / 2, last / 2)
        }
        return last == 0 && old == oldRoot && new == root
    }
}
