import EventLog
import Transparency

/// A checkpoint that was published, with the tree that it is the head of.
package struct Publication: Sendable {
    package let checkpoint: Checkpoint
    /// The checkpoint as the log has signed it, with the cosignatures of witnesses so far.
    package var note: SignedNote
    private let edge: TileEdge
    private let tiles: TileStore

    init(checkpoint: Checkpoint, note: SignedNote, edge: TileEdge, tiles: TileStore) {
        self.checkpoint = checkpoint
        self.note = note
        self.edge = edge
        self.tiles = tiles
    }

    package var size: Int { checkpoint.size }

    /// The hashes of a tile; nil where the tree has none such. A narrower tile of an earlier size is the beginning of the
    /// one that stands there now.
    package func hashes(of tile: Tile) throws -> [MerkleHash]? {
        guard let present = Tile(level: tile.level, index: tile.index, inTreeOf: size), tile.width <= present.width
        else {
            return nil
        }
        let hashes = present.isFull ? try tiles.hashes(of: present) : edge.levels[present.level]
        return Array(hashes.prefix(tile.width))
    }

    /// The entries behind a tile of level 0; nil where the tree has none such.
    package func entries(of tile: Tile) throws -> [[UInt8]]? {
        guard let present = Tile(level: 0, index: tile.index, inTreeOf: size), tile.width <= present.width else {
            return nil
        }
        let events = try tiles.log.read(from: tile.index * Tile.widthMax + 1, limit: tile.width)
        return events.count == tile.width ? events.map(\.entry) : nil
    }

    private var tree: TileTree {
        TileTree(size: size) { try hashes(of: $0) ?? [] }
    }

    /// The proof that the tree continues the one of that size; nil where that one is larger.
    func consistencyProof(from oldSize: Int) throws -> ConsistencyProof? {
        var tree = tree
        return try tree.consistencyProof(from: oldSize)
    }

    /// The proofs that these events stand in the log, each with its entry.
    ///
    /// - Throws: `EvidenceError.noSuchEvent` for an event that the checkpoint does not cover, and
    ///   `EvidenceError.historyBroken` where an event is not what was logged.
    package func proofs(of events: [RecordedEvent]) throws -> [LogProof] {
        var tree = tree
        return try events.map { event in
            guard let proof = try tree.inclusionProof(of: event.leafIndex) else {
                throw EvidenceError.noSuchEvent(event.position)
            }
            let entry = event.entry
            guard proof.proves(.leaf(entry), in: checkpoint.root) else {
                throw EvidenceError.historyBroken(
                    "the event at position \(event.position) is not the one that was logged")
            }
            return LogProof(extra: entry, index: proof.index, hashes: proof.hashes, note: note)
        }
    }
}
