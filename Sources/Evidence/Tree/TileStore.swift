import EventLog
import Transparency

/// The full tiles of a log as files. They are derived data: one that is missing is computed from the log again.
struct TileStore: Sendable {
    let directory: EvidenceDirectory
    let log: any EventStore

    func write(_ tile: Tile, _ hashes: [MerkleHash]) throws {
        try directory.write(hashes.tileBytes, to: directory.tilePath(tile), isDurable: false)
    }

    /// Writes the tile unless it is there as it should be.
    ///
    /// - Returns: whether another one was there.
    func restore(_ tile: Tile, _ hashes: [MerkleHash]) throws -> Bool {
        let found = try directory.read(directory.tilePath(tile))
        guard found != hashes.tileBytes else { return false }
        try write(tile, hashes)
        return found != nil
    }

    /// The hashes of a full tile.
    func hashes(of tile: Tile) throws -> [MerkleHash] {
        if let bytes = try directory.read(directory.tilePath(tile)), let hashes = [MerkleHash](tileBytes: bytes),
            hashes.count == Tile.widthMax
        {
            return hashes
        }
        let hashes = try computed(tile)
        try write(tile, hashes)
        return hashes
    }

    private func computed(_ tile: Tile) throws -> [MerkleHash] {
        let first = tile.index * Tile.widthMax
        guard tile.level > 0 else {
            let events = try log.read(from: first + 1, limit: Tile.widthMax)
            guard events.count == Tile.widthMax else {
                throw EventStoreError.corrupt(position: first + events.count + 1, "it is not there")
            }
            return events.map { .leaf($0.entry) }
        }
        return try (first..<first + Tile.widthMax).map { index in
            .perfectSubtree(over: try hashes(of: Tile(level: tile.level - 1, index: index)))
        }
    }
}
