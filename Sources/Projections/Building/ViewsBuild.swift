import EventLog
import Foundation
import GRDB

/// Makes a file of read models from the whole log, where nobody looks yet: as fast as it can be done, since a build
/// that does not end well is thrown away.
struct ViewsBuild: Sendable {
    /// Chunks that may wait between the two threads.
    private static let queueLengthMax = 4
    private static let pageCacheKibibytes = 32_768

    let model: ViewsModel
    let path: String
    /// Called every few thousand events, on the thread of the build.
    var report: @Sendable (BuildProgress) -> Void = { _ in }
    /// Asked as often.
    var isCancelled: @Sendable () -> Bool = { false }

    /// Reads the log from its first event up to `end`, or to wherever it ends by then.
    ///
    /// When this returns everything is on the disk, and the file is not marked as complete.
    ///
    /// - Throws: `DatabaseError`, `EventStoreError`, `ViewsFileError`, `CancellationError`. The file is removed then.
    func run(from log: any EventStore, upTo end: Position = .max) throws {
        do {
            try ViewsSlots.clear(path)
            try fill(from: log, upTo: end)
            try sync()
        } catch {
            try? ViewsSlots.clear(path)
            throw error
        }
    }

    /// The same, and opens the file once it is marked as complete.
    func finishedFile(from log: any EventStore, generation: Int) throws -> ViewsFile {
        try run(from: log)
        do {
            let pool = try ViewsFile.openPool(path, model)
            try SlotRecord.complete(pool, generation: generation)
            return ViewsFile(path: path, generation: generation, pool: pool)
        } catch {
            try? ViewsSlots.clear(path)
            throw error
        }
    }

    private func fill(from log: any EventStore, upTo end: Position) throws {
        let queue = try DatabaseQueue(path: path, configuration: Self.configuration)
        try queue.writeWithoutTransaction { database in
            try database.execute(sql: model.sql)
            try database.execute(sql: "PRAGMA user_version = \(model.version)")
            do {
                try load(model.loader, into: database, from: log, upTo: end)
            } catch {
                // GRDB lets nobody leave with an open transaction.
                if database.isInsideTransaction { try? database.rollback() }
                throw error
            }
        }
        try queue.close()
    }

    private func load<Loader: BulkLoader>(
        _ type: Loader.Type, into database: Database, from log: any EventStore, upTo end: Position
    ) throws {
        var loader = try Loader(model: model, database: database, log: log)
        let chunks = BoundedQueue<Loader.Chunk>(lengthMax: Self.queueLengthMax)
        Self.read(log, upTo: end, into: chunks, by: Loader.read)
        defer { chunks.abandon() }
        let start = ContinuousClock.now
        let target = min(end, try log.lastPosition)
        var checkpoint = Checkpoint(position: 0, eventID: nil)
        while let chunk = try chunks.take() {
            if isCancelled() { throw CancellationError() }
            try loader.take(chunk)
            checkpoint = chunk.checkpoint
            report(BuildProgress(position: checkpoint.position, target: target, elapsed: ContinuousClock.now - start))
        }
        try loader.finish()
        try checkpoint.write(to: database)
    }

    /// Starts the thread that reads ahead.
    private static func read<Chunk: BulkChunk>(
        _ log: any EventStore, upTo end: Position, into chunks: BoundedQueue<Chunk>,
        by next: @escaping @Sendable (any EventStore, Position, Position) throws -> Chunk?
    ) {
        let thread = Thread {
            var position = 1
            do {
                while position <= end, let chunk = try next(log, position, end), chunks.put(chunk) {
                    position = chunk.checkpoint.position + 1
                }
                chunks.end(.success(()))
            } catch {
                chunks.end(.failure(error))
            }
        }
        thread.name = "verdict-read"
        thread.start()
    }

    /// Nothing of this file is needed if the machine stops now, so nothing is synced and nothing written twice. What one
    /// event changes is still taken back where a projection fails on it: the journal for that stays in memory.
    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.label = "build"
        configuration.prepareDatabase { database in
            try database.execute(
                sql: """
                    PRAGMA journal_mode = MEMORY;
                    PRAGMA synchronous = OFF;
                    PRAGMA locking_mode = EXCLUSIVE;
                    PRAGMA secure_delete = OFF;
                    PRAGMA cache_size = -\(pageCacheKibibytes);
                    """)
        }
        return configuration
    }

    private func sync() throws(ViewsFileError) {
        for place in [path, (path as NSString).deletingLastPathComponent] {
            let descriptor = open(place, O_RDONLY | O_CLOEXEC)
            defer { if descriptor >= 0 { close(descriptor) } }
            guard descriptor >= 0, fsync(descriptor) == 0 else {
                throw .cannotSync(path: place, reason: String(cString: strerror(errno)))
            }
        }
    }
}
