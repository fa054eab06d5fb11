/// The proof that a leaf stands in a tree (RFC 6962, section 2.1.1): the hashes beside the way from the leaf to the root,
/// from the leaf upwards.
package struct InclusionProof: Sendable, Hashable {
    package let index: Int
    package let size: Int
    package let hashes: [MerkleHash]

    package init(index: Int, size: Int, hashes: [MerkleHash]) {
        self.index = index
        self.size = size
        self.hashes = hashes
    }

    /// Makes the proof for a leaf in the tree of that size; nil where it has no such leaf.
    ///
    /// - Parameter subtree: the hash of a perfect subtree of that tree.
    package init?(
        index: Int, size: Int, subtree: (Subtree) throws -> MerkleHash
    ) rethrows {
        guard index >= 0, index < size else { return nil }
        var hashes: [MerkleHash] = []
        var leaves = 0..<size
        while leaves.count > 1 {
            let (left, right) = (leaves.lowerBound..<leaves.middle, leaves.middle..<leaves.upperBound)
            let isLeft = left.contains(index)
            hashes.append(try MerkleHash(of: isLeft ? right : left, subtree: subtree))
            leaves = isLeft ? left : right
        }
        self.init(index: index, size: size, hashes: hashes.reversed())
    }

    /// The root of the tree in which the leaf stands there, if the proof is right; nil where it cannot be right for any
    /// tree (RFC 9162, section 2.1.3.2).
    package func root(ofLeaf leaf: MerkleHash) -> MerkleHash? {
        guard index >= 0, index < size else { return nil }
        var (place, last) = (index, size - 1)
        var hash = leaf
        for sibling in hashes {
            guard last > 0 else { return nil }
            if place % 2 == 1 || place == last {
                hash = .node(sibling, hash)
                while place % 2 == 0, place > 0 { (place, last) = (place / 2, last / 2) }
            } else {
                hash = .node(hash, sibling)
            }
            (place, last) = (place / 2, last / 2)
        }
        return last == 0 ? hash : nil
    }

    /// Whether the leaf stands at its index in the tree with that root.
    package func proves(_ leaf: MerkleHash, in root: MerkleHash) -> Bool {
        self.root(ofLeaf: leaf) == root
    }
}

extension MerkleHash {
    /// The hash over these leaves of a tree, put together from perfect subtrees.
    ///
    /// - Precondition: the leaves are one side of a division of the tree, so their first has a place that their number
    ///   fits.
    init(of leaves: Range<Int>, subtree: (Subtree) throws -> MerkleHash) rethrows {
        if let perfect = Subtree(leaves: leaves) {
            self = try subtree(perfect)
        } else {
            self = .node(
                try MerkleHash(of: leaves.lowerBound..<leaves.middle, subtree: subtree),
                try MerkleHash(of: leaves.middle..<leaves.upperBound, subtree: subtree))
        }
    }
}
