import EventLog
import Foundation
import Projections
import Transparency

/// The thread that keeps the tree: hashes what was committed, writes tiles that are full, and signs.
final class EvidenceWriter {
    private let key: SigningKey
    private let queue: EvidenceQueue
    private let log: any EventStore
    private let directory: EvidenceDirectory
    private let tiles: TileStore
    private let maySign: @Sendable () -> Bool
    private let publish: @Sendable (Publication) -> Void
    private let fail: @Sendable (any Error) -> Void
    private var tree = LogTree()
    /// The size of the last checkpoint, nil before the first: none is ever signed for that size or a smaller one again.
    private var published: Int?
    private let check: HistoryCheck
    private var phase = Phase.unread

    private enum Phase {
        /// The log has to be read from its first event on before anything is signed.
        case unread
        case following
        /// The log is not what was published: nothing is signed any more.
        case broken
    }

    init(
        key: SigningKey, queue: EvidenceQueue, log: any EventStore, directory: EvidenceDirectory, published: Int?,
        check: HistoryCheck, maySign: @escaping @Sendable () -> Bool,
        publish: @escaping @Sendable (Publication) -> Void,
        fail: @escaping @Sendable (any Error) -> Void
    ) {
        self.key = key
        self.queue = queue
        self.log = log
        self.directory = directory
        self.published = published
        self.check = check
        self.maySign = maySign
        self.publish = publish
        self.fail = fail
        tiles = TileStore(directory: directory, log: log)
    }

    /// Serves the queue until it is closed.
    func run() {
        while let work = queue.take() {
            do {
                try serve(work)
            } catch EvidenceError.closed {
                return
            } catch {
                if case EvidenceError.historyBroken = error { phase = .broken }
                fail(error)
            }
        }
    }

    /// Events between two looks at whether the server stops, while a long log is read at its start.
    private static let lookInterval = 1024

    private func serve(_ work: EvidenceQueue.Work) throws {
        switch phase {
        case .broken: return
        case .unread: try readHistory()
        case .following: break
        }
        for batch in work.batches {
            for event in batch where !tree.append(event.recorded) {
                try tree.catchUp(with: log, to: event.recorded.position)
            }
        }
        if work.hasOverflown { try tree.catchUp(with: log, to: try log.lastPosition) }
        try writeTiles()
        if work.wantsCheckpoint { try makeCheckpoint() }
    }

    private func readHistory() throws {
        do {
            tree = try walkHistory()
        } catch let error as EventStoreError where error.isDamage {
            tree = try walkHistoryAgain()
        }
        phase = .following
        try makeCheckpoint()
    }

    private func walkHistory() throws -> LogTree {
        var walk = HistoryWalk(log: log, tiles: tiles, check: check)
        return try walk.run { size in
            if size % Self.lookInterval == 0, queue.isClosed { throw EvidenceError.closed }
        }.tree
    }

    /// Tells a damaged file from a read that failed once.
    private func walkHistoryAgain() throws -> LogTree {
        do {
            return try walkHistory()
        } catch let error as EventStoreError where error.isDamage {
            throw EvidenceError.historyBroken("the log cannot be read whole: \(error)")
        }
    }

    private func writeTiles() throws {
        let full = tree.takeFullTiles()
        for place in full.indices {
            do {
                try tiles.write(full[place].tile, full[place].hashes)
            } catch {
                tree.putBack(full[place...])
                throw error
            }
        }
    }

    /// Signs the tree, keeps the checkpoint for good, and only then shows it to anybody.
    private func makeCheckpoint() throws {
        // A caller may have had the answer to a command before the writer told us of its events.
        try tree.catchUp(with: log, to: try log.lastPosition)
        try writeTiles()
        guard maySign() else { return }
        let checkpoint = Checkpoint(origin: key.name, size: tree.size, root: tree.edge.root)
        let note: SignedNote
        if checkpoint.size == published, let known = try directory.note(at: directory.checkpointPath) {
            guard known.text == checkpoint.text else {
                throw EvidenceError.historyBroken(
                    "the first \(checkpoint.size) events are not those that the last published checkpoint covers")
            }
            note = known
        } else {
            note = try checkpoint.signed(by: key)
            try directory.write(note, to: directory.checkpointPath)
            published = checkpoint.size
        }
        publish(Publication(checkpoint: checkpoint, note: note, edge: tree.edge, tiles: tiles))
    }
}
