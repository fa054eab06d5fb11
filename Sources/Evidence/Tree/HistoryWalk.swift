import EventLog
import Transparency

/// The way through a whole log, from its first event on: it is compared with everything that was published of it, and tiles
/// that are missing or wrong are written again.
struct HistoryWalk {
    let log: any EventStore
    let tiles: TileStore
    var check: HistoryCheck

    struct Outcome {
        let tree: LogTree
        /// Tiles that were there and were not those of the log.
        var wrongTiles = 0
    }

    /// - Parameter step: called after every event with how many there were; may throw to end the walk.
    /// - Throws: `EvidenceError.historyBroken` where the log does not continue what was published of it.
    mutating func run(step: (Int) throws -> Void = { _ in }) throws -> Outcome {
        var tree = LogTree()
        let last = try log.lastPosition
        var wrongTiles = 0
        try check.refuseShorter(last)
        try check.compare(tree.edge)
        try tree.catchUp(with: log, to: last) { tree in
            try step(tree.size)
            try check.compare(tree.edge)
            for (tile, hashes) in tree.takeFullTiles() where try tiles.restore(tile, hashes) { wrongTiles += 1 }
        }
        return Outcome(tree: tree, wrongTiles: wrongTiles)
    }
}

/// The tiles of a directory that nobody serves, made again from its log.
package enum TileRestoration {
    package struct Report: Sendable {
        package let events: Int
        /// Tiles that were there and were not those of the log.
        package let wrongTiles: Int
    }

    /// - Parameter step: called after every event with how many there were.
    /// - Returns: nil for a log without evidence.
    /// - Throws: `EvidenceError.historyBroken` where the log does not continue what was published of it.
    package static func run(
        in data: String, from log: any EventStore, step: (Int) -> Void = { _ in }
    ) throws -> Report? {
        let directory = EvidenceDirectory(data: data)
        guard let key = try directory.signingKey()?.verifier else { return nil }
        let check = HistoryCheck(try Heads(directory, key, []).all)
        var walk = HistoryWalk(log: log, tiles: TileStore(directory: directory, log: log), check: check)
        let outcome = try walk.run(step: step)
        return Report(events: outcome.tree.size, wrongTiles: outcome.wrongTiles)
    }
}
