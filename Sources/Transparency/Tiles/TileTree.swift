/// The perfect subtrees of a tree, computed from its tiles. Keeps the tiles that it has seen, so it is made for one
/// proof, or a few, and thrown away.
package struct TileTree {
    package let size: Int
    private let hashes: (Tile) throws -> [MerkleHash]
    private var seen: [Tile: [MerkleHash]] = [:]

    /// - Parameter hashes: reads a tile: as many hashes as it is wide.
    package init(size: Int, hashes: @escaping (Tile) throws -> [MerkleHash]) {
        self.size = size
        self.hashes = hashes
    }

    package enum Problem: Error, Hashable {
        /// The tree has no such subtree.
        case outside(Subtree)
        /// What was read is not as wide as the tile.
        case torn(Tile)
    }

    package mutating func hash(of subtree: Subtree) throws -> MerkleHash {
        let (level, height) = subtree.level.quotientAndRemainder(dividingBy: Tile.height)
        let first = subtree.index << height
        let (index, offset) = first.quotientAndRemainder(dividingBy: Tile.widthMax)
        let count = 1 << height
        guard let tile = Tile(level: level, index: index, inTreeOf: size), offset + count <= tile.width else {
            throw Problem.outside(subtree)
        }
        return .perfectSubtree(over: try contents(of: tile)[offset..<offset + count])
    }

    private mutating func contents(of tile: Tile) throws -> [MerkleHash] {
        if let known = seen[tile] { return known }
        let contents = try hashes(tile)
        guard contents.count == tile.width else { throw Problem.torn(tile) }
        seen[tile] = contents
        return contents
    }

    /// Nil where the tree has no such leaf.
    package mutating func inclusionProof(of index: Int) throws -> InclusionProof? {
        try InclusionProof(index: index, size: size) { try hash(of: $0) }
    }

    /// Nil where the tree never had that size.
    package mutating func consistencyProof(from oldSize: Int) throws -> ConsistencyProof? {
        try ConsistencyProof(oldSize: oldSize, size: size) { try hash(of: $0) }
    }
}

extension [MerkleHash] {
    /// The bytes of a tile: its hashes one after the other.
    package var tileBytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count * MerkleHash.sizeBytes)
        for hash in self { bytes += hash.bytes }
        return bytes
    }

    /// Nil where the bytes are no whole number of hashes.
    package init?(tileBytes bytes: [UInt8]) {
        guard bytes.count % MerkleHash.sizeBytes == 0 else { return nil }
        self.init()
        reserveCapacity(bytes.count / MerkleHash.sizeBytes)
        var rest = bytes[...]
        while !rest.isEmpty {
            guard let hash = MerkleHash(bytes: [UInt8](rest.prefix(MerkleHash.sizeBytes))) else { return nil }
            append(hash)
            rest = rest.dropFirst(MerkleHash.sizeBytes)
        }
    }
}
