import EventLog
import Foundation
import GRDB
import Synchronization

extension Views {
    /// A new file that lags behind by no more than this is brought to the end while the writer waits: some milliseconds.
    private static let swapLagMax = 100

    /// How long a rebuild waits for the last readers of the views that were replaced before: their place is needed.
    private static let readersSecondsMax = 60

    package var status: ViewsStatus {
        let state = rebuilding.withLock { $0 }
        return ViewsStatus(
            name: model.name, position: position, phase: state.phase, generation: generation,
            progress: state.phase == .rebuilding ? state.progress?.fraction ?? 0 : 1,
            eventsPerSecond: state.progress?.eventsPerSecond ?? 0, startedAt: state.startedAt,
            finishedAt: state.finishedAt, failure: state.failure)
    }

    /// Makes the views anew on a thread of its own, from the first event of the log on, and swaps them in. The live ones
    /// serve meanwhile.
    ///
    /// - Parameter done: called with the outcome, on that thread.
    /// - Throws: `RebuildRefusal`.
    package func startRebuild(
        from log: any EventStore, time: any TimeSource,
        done: @escaping @Sendable (Result<Void, any Error>) -> Void = { _ in }
    ) throws(RebuildRefusal) {
        try beginRebuild(at: time.now())
        let thread = Thread { [self] in
            // Answers come first.
            ThreadPriority.lower(by: 10)
            done(finishRebuild(from: log, time))
        }
        thread.name = "verdict-rebuild"
        thread.start()
    }

    /// The same, and returns when the new views are live.
    ///
    /// - Throws: `RebuildRefusal`, or what made the rebuild fail.
    package func rebuild(from log: any EventStore, time: any TimeSource) throws {
        try beginRebuild(at: time.now())
        try finishRebuild(from: log, time).get()
    }

    private func beginRebuild(at now: Timestamp) throws(RebuildRefusal) {
        let refusal: RebuildRefusal? = rebuilding.withLock { state in
            if state.isClosing { return .closing }
            if state.phase == .rebuilding { return .alreadyRunning }
            state = RebuildState(phase: .rebuilding, startedAt: now)
            unfinished.enter()
            return nil
        }
        if let refusal { throw refusal }
    }

    private func finishRebuild(from log: any EventStore, _ time: any TimeSource) -> Result<Void, any Error> {
        defer { unfinished.leave() }
        let result = Result { try makeAndSwap(from: log) }
        rebuilding.withLock { state in
            state.finishedAt = time.now()
            switch result {
            case .success: state.phase = .live
            case .failure(let error):
                state.phase = .failed
                state.failure = "\(error)"
            }
        }
        return result
    }

    private func makeAndSwap(from log: any EventStore) throws {
        let old = current
        guard replaced.wait(timeout: .now() + .seconds(Self.readersSecondsMax)) == .success else {
            throw RebuildFailure.placeTaken(seconds: Self.readersSecondsMax)
        }
        let build = ViewsBuild(
            model: model, path: slots.other(than: old.path),
            report: { [self] progress in rebuilding.withLock { $0.progress = progress } },
            isCancelled: { [self] in rebuilding.withLock { $0.isClosing } })
        let file = try build.finishedFile(from: log, generation: old.generation + 1)
        do {
            while try lag(of: file, log) > Self.swapLagMax { try bring(file, from: log, limit: Self.catchUpBatch) }
            try swap(in: file, log)
        } catch {
            try? file.close()
            try? ViewsSlots.clear(file.path)
            throw error
        }
    }

    /// In a moment in which nobody applies events the new file is brought to where the old one is, and takes its place:
    /// whoever reads next reads the same or a newer state.
    private func swap(in file: ViewsFile, _ log: any EventStore) throws {
        try applying.withLock { _ in
            let end = max(position, try log.lastPosition)
            while try seen(by: file) < end { try bring(file, from: log, limit: Self.catchUpBatch) }
            let old = live.withLock { live in
                defer { live = file }
                return live
            }
            noteChange()
            reached.withLock { $0 = max($0, end) }
            replaced.enter()
            old.retire { [replaced] in replaced.leave() }
        }
        serveWaiters()
    }

    private func seen(by file: ViewsFile) throws -> Position {
        try file.pool.read { try Checkpoint($0).position }
    }

    private func lag(of file: ViewsFile, _ log: any EventStore) throws -> Int {
        max(position, try log.lastPosition) - (try seen(by: file))
    }

    private func bring(_ file: ViewsFile, from log: any EventStore, limit: Int) throws {
        if rebuilding.withLock({ $0.isClosing }) { throw CancellationError() }
        let events = try log.read(from: try seen(by: file) + 1, limit: limit).map { CommittedEvent($0) }
        try file.pool.writeWithoutTransaction { try applier.apply(events, to: $0) }
    }
}

/// Why a rebuild fails, apart from what the disk and the log say.
enum RebuildFailure: Error, CustomStringConvertible {
    case placeTaken(seconds: Int)

    var description: String {
        switch self {
        case .placeTaken(let seconds):
            "somebody still reads the views that were replaced before, for more than \(seconds) seconds: try again later"
        }
    }
}
