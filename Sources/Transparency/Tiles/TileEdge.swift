/// The right edge of a growing tree: the hashes that no full tile holds yet, for each level of tiles.
///
/// It is all that appending and the root need: at most 255 hashes a level.
package struct TileEdge: Sendable, Hashable {
    package private(set) var size = 0
    /// The partial tile of every level, from the leaves upwards; empty where all tiles of a level are full.
    package private(set) var levels: [[MerkleHash]] = []

    package init() {}

    /// Appends one leaf.
    ///
    /// - Parameter full: gets every tile that is full now, with its hashes.
    package mutating func append(
        _ leaf: MerkleHash, full: (Tile, [MerkleHash]) throws -> Void
    ) rethrows {
        size += 1
        try push(leaf, onto: 0, full)
    }

    private mutating func push(
        _ hash: MerkleHash, onto level: Int, _ full: (Tile, [MerkleHash]) throws -> Void
    ) rethrows {
        if levels.count == level { levels.append([]) }
        levels[level].append(hash)
        guard levels[level].count == Tile.widthMax else { return }
        let hashes = levels[level]
        levels[level] = []
        let index = size >> (Tile.height * (level + 1)) - 1
        try full(Tile(level: level, index: index), hashes)
        try push(.perfectSubtree(over: hashes), onto: level + 1, full)
    }

    /// The root of the tree (RFC 6962, section 2.1).
    package var root: MerkleHash {
        var root: MerkleHash?
        for hashes in levels {
            // Perfect subtrees from right to left: their sizes are the bits of the number of hashes, smallest first.
            var end = hashes.count
            while end > 0 {
                let start = end & (end - 1)
                let left = MerkleHash.perfectSubtree(over: hashes[start..<end])
                root = root.map { .node(left, $0) } ?? left
                end = start
            }
        }
        return root ?? .emptyTree
    }
}
