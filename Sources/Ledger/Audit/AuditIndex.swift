import EventLog
import Foundation
import Logging
import Projections
import Synchronization

/// The audit index of a ledger: read models in a file of their own, which a thread brings up behind the commands.
///
/// No command waits for it. Whoever asks waits until it has seen everything that was acknowledged before the question.
package final class AuditIndex: Sendable {
    /// How long a question waits for the index.
    package static let waitMax = Interval.seconds(10)

    /// What everything else is more important by, in steps of `nice`.
    private static let niceness: Int32 = 5

    /// To build the index of a log of this length takes so long that it is worth a line.
    private static let notableEvents = 1000

    private struct Waiter {
        let position: Position
        let continuation: CheckedContinuation<Views, any Error>
    }

    private struct State {
        /// Nil until the file is open and has been brought up once.
        var views: Views?
        /// The last event that the index has seen, also while it is being opened.
        var reached: Position = 0
        /// How far the first build has come; nil where there is none.
        var building: BuildProgress?
        /// Why the last attempt failed; nil while all is well.
        var trouble: String?
        var waiters: [Int: Waiter] = [:]
        var nextKey = 0
        var isClosed = false
    }

    private let path: String
    private let log: any EventStore
    private let time: any TimeSource
    private let logger: Logger
    private let queue = FollowQueue(eventsMax: 16_384, whenFull: .readLog, lingerMilliseconds: 250)
    private let state = Mutex(State())
    private let ended = ThreadEnd()

    /// Starts the thread; the file is opened, or built from the log, there.
    init(path: String, log: any EventStore, time: any TimeSource, logger: Logger) {
        self.path = path
        self.log = log
        self.time = time
        self.logger = logger
        let thread = Thread { [self] in
            ThreadPriority.lower(by: Self.niceness)
            while let work = queue.take() { serve(work) }
            ended.tell()
        }
        thread.name = "verdict-audit"
        thread.start()
    }

    /// Hears of events that are on the disk. Returns at once.
    func append(_ events: [CommittedEvent]) { queue.append(events) }

    // MARK: The thread

    private func serve(_ work: FollowQueue.Work) {
        do {
            let views = try openViews()
            try views.follow(work, with: followedLog)
            succeed(views)
        } catch AuditIndexError.closed {
            return
        } catch {
            fail("\(error)")
        }
    }

    private func openViews() throws -> Views {
        if let views = state.withLock({ $0.views }) { return views }
        let views = try Views(path: path, model: .audit, log: followedLog) { [self] progress in
            state.withLock { $0.building = progress }
        }
        if let reason = views.rebuildReason, views.position >= Self.notableEvents {
            logger.notice("the audit index was built from the log", metadata: ["reason": "\(reason.rawValue)"])
        }
        return views
    }

    /// Says how far the index is, and is given up when the server stops.
    private var followedLog: FollowedLog {
        FollowedLog(log: log) { [self] position in
            if queue.isClosed { throw AuditIndexError.closed }
            state.withLock { $0.reached = max($0.reached, position - 1) }
        }
    }

    private func succeed(_ views: Views) {
        let position = views.position
        let served = state.withLock { state in
            state.views = views
            state.reached = position
            state.trouble = nil
            let served = state.waiters.filter { $0.value.position <= position }
            for key in served.keys { state.waiters[key] = nil }
            return served.values.map(\.continuation)
        }
        for continuation in served { continuation.resume(returning: views) }
        if state.withLock({ !$0.waiters.isEmpty }) { queue.hurry() }
    }

    private func fail(_ reason: String) {
        let (waiters, isNew) = state.withLock { state in
            defer {
                state.waiters = [:]
                state.trouble = reason
            }
            return (state.waiters.values.map(\.continuation), state.trouble != reason)
        }
        // Where the whole directory was removed there is nothing left to index, and nobody to tell.
        if isNew, FileManager.default.fileExists(atPath: (path as NSString).deletingLastPathComponent) {
            logger.error("the audit index cannot follow the log", metadata: ["error": "\(reason)"])
        }
        for waiter in waiters { waiter.resume(throwing: AuditIndexError.unavailable(reason)) }
    }

    // MARK: Its state

    /// The index as it stands, however far it has come; nil while it is being opened.
    package var current: Views? { state.withLock { $0.views } }

    package var status: ViewsStatus {
        if let views = current { return views.status }
        let (reached, building, trouble) = state.withLock { ($0.reached, $0.building, $0.trouble) }
        return ViewsStatus(
            name: ViewsModel.audit.name, position: reached, phase: .starting, progress: building?.fraction ?? 0,
            eventsPerSecond: building?.eventsPerSecond ?? 0, failure: trouble)
    }

    // MARK: Reading

    /// The last event that the index has seen.
    package var position: Position { state.withLock { $0.reached } }

    /// Answers from one state of the index that has seen everything recorded before the call.
    ///
    /// - Parameter position: the event that it must have seen; the last one of the log by itself.
    /// - Throws: `AuditIndexError` where it cannot get there in time, or what the body throws.
    package func read<Value: Sendable>(
        upTo position: Position? = nil, _ body: @escaping @Sendable (AuditReader) throws -> Value
    ) async throws -> Value {
        let views = try await views(at: try position ?? log.lastPosition)
        return try await views.read { try body(AuditReader($0)) }
    }

    private func views(at position: Position) async throws -> Views {
        let known = state.withLock { $0.isClosed || $0.reached < position ? nil : $0.views }
        if let known { return known }
        return try await withThrowingTaskGroup(of: Views?.self) { group in
            group.addTask { try await self.wait(for: position) }
            group.addTask { [time] in
                try await time.wait(until: time.now() + Self.waitMax)
                return nil
            }
            defer { group.cancelAll() }
            guard let first = try await group.next(), let views = first else {
                throw AuditIndexError.behind(reached: self.position, wanted: position)
            }
            return views
        }
    }

    private func wait(for position: Position) async throws -> Views {
        let key = state.withLock { state in
            state.nextKey += 1
            return state.nextKey
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Views, any Error>) in
                let known: Result<Views, any Error>? = state.withLock { state in
                    if state.isClosed { return .failure(AuditIndexError.closed) }
                    if let views = state.views, state.reached >= position { return .success(views) }
                    state.waiters[key] = Waiter(position: position, continuation: continuation)
                    return nil
                }
                if let known { return continuation.resume(with: known) }
                if Task.isCancelled { giveUp(key) }
                queue.hurry()
            }
        } onCancel: {
            giveUp(key)
        }
    }

    private func giveUp(_ key: Int) {
        let waiter = state.withLock { $0.waiters.removeValue(forKey: key) }
        waiter?.continuation.resume(throwing: CancellationError())
    }

    // MARK: The end

    /// Stops the thread and closes the file. What the index has not seen it takes at the next start.
    func close() async throws {
        let isFirst = state.withLock { state in
            defer { state.isClosed = true }
            return !state.isClosed
        }
        guard isFirst else { return }
        queue.close()
        await ended.wait()
        let (views, waiters) = state.withLock { state in
            defer { state.waiters = [:] }
            return (state.views, state.waiters.values.map(\.continuation))
        }
        for waiter in waiters { waiter.resume(throwing: AuditIndexError.closed) }
        try views?.close()
    }
}
