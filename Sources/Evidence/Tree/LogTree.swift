import EventLog
import Transparency

/// The tree of a log as it grows: its right edge, and the tiles that have become full.
struct LogTree {
    /// Events that are read at once where the log itself is read.
    private static let readMax = 1024

    private(set) var edge = TileEdge()
    /// Full tiles that nobody has taken yet.
    private(set) var fullTiles: [(tile: Tile, hashes: [MerkleHash])] = []

    var size: Int { edge.size }

    /// Takes in the next event of the log. One that is in the tree already changes nothing.
    ///
    /// - Returns: false where events are missing before this one.
    mutating func append(_ event: RecordedEvent) -> Bool {
        guard event.position > size else { return true }
        guard event.position == size + 1 else { return false }
        edge.append(.leaf(event.entry)) { fullTiles.append(($0, $1)) }
        return true
    }

    /// Reads on in the log.
    ///
    /// - Parameters:
    ///   - last: how far.
    ///   - grown: is told of the tree after every event.
    mutating func catchUp(
        with log: any EventStore, to last: Position, grown: (inout LogTree) throws -> Void = { _ in }
    ) throws {
        while size < last {
            let events = try log.read(from: size + 1, limit: min(Self.readMax, last - size))
            guard !events.isEmpty else { throw EventStoreError.corrupt(position: size + 1, "it is not there") }
            for event in events {
                guard append(event) else { throw EventStoreError.corrupt(position: size + 1, "it is not there") }
                try grown(&self)
            }
        }
    }

    mutating func takeFullTiles() -> [(tile: Tile, hashes: [MerkleHash])] {
        defer { fullTiles = [] }
        return fullTiles
    }

    /// Puts back what could not be written, to be tried again.
    mutating func putBack(_ tiles: some Collection<(tile: Tile, hashes: [MerkleHash])>) {
        fullTiles = Array(tiles) + fullTiles
    }
}
