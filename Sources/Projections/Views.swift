import Dispatch
import EventLog
import Foundation
import GRDB
import Synchronization

/// Read models in a file of their own, derived from the log and disposable.
///
/// Of the two files that a model may have one is live. The other one is made anew by `rebuild` while the live one serves,
/// and takes its place in a moment in which nobody applies events.
package final class Views: Sendable {
    /// Events that are read at once to catch up.
    static let catchUpBatch = 1000

    let model: ViewsModel
    let slots: ViewsSlots
    let applier: EventApplier
    let live: Mutex<ViewsFile>
    let reached: Mutex<Position>
    /// Counts what became of the live tables.
    let changes = Atomic<Int>(0)
    /// Held by whoever brings the live file forward, and by a swap.
    let applying = Mutex(())
    let waiting = Mutex(ViewsWaiting())
    let rebuilding = Mutex(RebuildState())
    /// Holds a rebuild that runs.
    let unfinished = DispatchGroup()
    /// Holds the views that were replaced, as long as somebody reads them.
    let replaced = DispatchGroup()

    /// Whether the file had to be made anew, and why.
    package let rebuildReason: RebuildReason?

    package enum RebuildReason: String, Sendable {
        case missing = "there were no views"
        case otherSchema = "the views were of another version"
        case damaged = "the views were damaged"
        case readOnly = "the views could only be read"
        case otherLog = "the views belonged to another log"
        case unfinished = "the views were not finished"
    }

    /// Opens the views at `path` and brings them to the end of the log. What cannot be used is thrown away.
    ///
    /// - Parameter report: hears how far a build has come, where there must be one.
    /// - Throws: `ViewsFileError`, `EventStoreError`.
    package init(
        path: String, model: ViewsModel = .views, log: any EventStore,
        report: @escaping @Sendable (BuildProgress) -> Void = { _ in }
    ) throws {
        self.model = model
        slots = ViewsSlots(path: path)
        applier = EventApplier(projections: model.projections)
        do {
            let found = try FoundViews(in: slots, model, log: log)
            rebuildReason = found.reason
            let build = ViewsBuild(model: model, path: slots.first, report: report)
            let file = try found.usable ?? build.finishedFile(from: log, generation: 1)
            live = Mutex(file)
            reached = Mutex(try file.pool.read { try Checkpoint($0).position })
            try catchUp(with: log)
        } catch let error as DatabaseError {
            throw ViewsFileError.cannotOpen(path: path, reason: "\(error.resultCode): \(error.message ?? "")")
        }
    }

    /// Ends a rebuild that runs, and closes the file.
    package func close() throws {
        disappoint()
        rebuilding.withLock { $0.isClosing = true }
        unfinished.wait()
        try current.close()
    }

    /// The last event that the views have seen.
    package var position: Position {
        reached.withLock { $0 }
    }

    /// Counts how often the views were made anew and swapped in.
    package var generation: Int { current.generation }

    var current: ViewsFile { live.withLock { $0 } }

    /// Whether the file is still found under its name.
    package var isInPlace: Bool { current.files.areInPlace }

    // MARK: Applying

    /// Reads on from where the views stand to the end of the log.
    package func catchUp(with log: any EventStore) throws {
        while true {
            let events = try log.read(from: position + 1, limit: Self.catchUpBatch)
            guard !events.isEmpty else { return }
            try apply(events.map { CommittedEvent($0) })
        }
    }

    /// Takes the next events of the log, all or nothing. Events that the views have seen are passed over: the writer
    /// and the clock may both bring the views to the end of the log.
    ///
    /// A projection that fails on an event does not stop the others: the event becomes a dead letter.
    ///
    /// - Throws: `DatabaseError` where the file cannot be written; the views stay where they were.
    package func apply(_ events: [CommittedEvent]) throws {
        guard let last = events.last?.recorded.position else { return }
        try applying.withLock { _ in
            try current.pool.writeWithoutTransaction { try applier.apply(events, to: $0) }
            noteChange()
            reached.withLock { $0 = max($0, last) }
        }
        serveWaiters()
    }

    /// Before anybody is told that something has changed.
    func noteChange() { changes.add(1, ordering: .sequentiallyConsistent) }

    // MARK: Reading

    /// What a read would answer from now is as long the same as this number.
    package var change: Int {
        get async {
            await waitForAnnounced()
            return changeNow
        }
    }

    /// The same for whoever has waited already.
    package var changeNow: Int { changes.load(ordering: .sequentiallyConsistent) }

    /// Answers from one consistent state of the views that has seen everything announced before the call.
    ///
    /// - Throws: `EventStoreError.unavailable` where the file cannot be read now, or what the body throws.
    package func read<Value: Sendable>(_ body: @escaping @Sendable (ViewReader) throws -> Value) async throws -> Value {
        await waitForAnnounced()
        let file = current
        // Whoever reads keeps the file from going away.
        defer { withExtendedLifetime(file) {} }
        do {
            return try await file.pool.read { try body(ViewReader(database: $0)) }
        } catch let error as DatabaseError {
            throw EventStoreError.unavailable("\(error)")
        }
    }

    /// The same for a body of one statement that touches a few pages: it runs at once where it can.
    package func readBriefly<Value: Sendable>(
        _ body: @escaping @Sendable (ViewReader) throws -> Value
    ) async throws -> Value {
        await waitForAnnounced()
        if let value = try readAtHand(body) { return value }
        return try await read(body)
    }

    /// The same for whoever has waited already, on the thread that asks; nil where no connection is at hand.
    package func readAtHand<Value>(_ body: (ViewReader) throws -> Value) throws -> Value? {
        let file = current
        defer { withExtendedLifetime(file) {} }
        return try file.readersAtHand.read { try body(ViewReader(database: $0)) }
    }

    /// Answers from what the views have seen, for callers that are no tasks: the writer and the start.
    package func readNow<Value>(_ body: (ViewReader) throws -> Value) throws -> Value {
        let file = current
        defer { withExtendedLifetime(file) {} }
        return try file.pool.read { try body(ViewReader(database: $0)) }
    }
}
