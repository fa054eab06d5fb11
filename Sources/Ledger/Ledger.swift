import EventLog
import Foundation
import Governance
import Logging
import Projections
import SQLiteEventStore
import Synchronization

/// The one place that ties log, rules and views together: takes commands, answers when their events are on the disk,
/// and tells everybody who listens.
package final class Ledger: Sendable {
    package typealias Reply = @Sendable (Result<Receipt, CommandError>) -> Void

    package let views: Views
    package let log: any EventStore
    package let time: any TimeSource
    /// The read models as they were.
    package let past: TimeMachine
    /// Users and logins, as of the last commit.
    package let accounts: Accounts
    /// Who did what when; it follows the log behind the commands.
    package let audit: AuditIndex
    package let restorations: Restorations

    let store: SQLiteEventStore
    let directory: DataDirectory
    let executors: [String: Executor]
    let logger: Logger
    private let queue: CommandQueue
    let writer: Writer
    let follower: ViewsFollower
    private let random = BufferedRandom()
    private let listeners: Listeners
    private let writerEnd = ThreadEnd()
    /// Why the log takes no events any more.
    let sealed = Mutex<String?>(nil)
    private let readersBeyondEnd: ReadersBeyondEnd
    /// Wakes the writer when somebody else appends to the log.
    private let wake: WakeToken
    /// Tells the audit index of events.
    private let auditing: WakeToken

    /// Opens the data directory, brings the views to the end of the log and starts the writer.
    ///
    /// - Throws: `DataDirectoryError`, `EventStoreError`.
    package init(directory path: String, configuration: LedgerConfiguration = LedgerConfiguration()) throws {
        directory = try DataDirectory(path: path)
        try directory.refuseUnfinishedLog()
        try directory.refuseLostLog()
        store = try SQLiteEventStore(path: directory.eventsPath)
        try store.refuseReadOnly()
        log = store
        restorations = try Restorations(of: store, in: path, at: configuration.time.now())
        if let notice = restorations.notice { configuration.logger.warning("\(notice)") }
        readersBeyondEnd = ReadersBeyondEnd(metrics: configuration.metrics, logger: configuration.logger)
        views = try Views(path: directory.viewsPath, log: store, report: configuration.buildReport)
        if let reason = views.rebuildReason, views.position > 0 {
            configuration.logger.notice(
                "the views were built again from the log", metadata: ["reason": "\(reason.rawValue)"])
        }
        if let reason = Self.lostTail(of: store, seenBy: views) {
            sealed.withLock { $0 = reason }
            configuration.logger.critical("the log has lost events", metadata: ["reason": "\(reason)"])
        }
        past = TimeMachine(log: store, path: directory.pastPath)
        time = configuration.time
        executors = configuration.executors
        logger = configuration.logger
        queue = CommandQueue(lengthMax: configuration.commandQueueMax)
        let listeners = Listeners()
        self.listeners = listeners
        let metrics = LedgerMetrics(factory: configuration.metrics)
        follower = ViewsFollower(views: views, log: store, metrics: metrics, logger: logger)
        writer = try Writer(
            log: store, views: views, follower: follower, policy: configuration.policy, random: random,
            time: configuration.time, queue: queue, metrics: metrics, logger: logger, committed: { listeners.tell($0) })
        accounts = writer.accounts
        let audit = AuditIndex(
            path: directory.auditPath, log: store, time: configuration.time, logger: configuration.logger)
        self.audit = audit
        auditing = listeners.add { audit.append($0) }
        wake = store.wake { [queue, writer] _ in
            guard !writer.isOnItsThread else { return }
            try? queue.append(
                CommandQueue.Entry(command: .passTime(decisionIDs: [], sessionIDs: []), origin: Origin()) { _ in })
        }
        follower.start()
        let thread = Thread { [self] in
            writer.run()
            writerEnd.tell()
        }
        thread.name = "verdict-writer"
        thread.start()
    }

    /// What shows that the log once went further than it does; nil where nothing does.
    private static func lostTail(of log: SQLiteEventStore, seenBy views: Views) -> String? {
        guard views.position > log.lastPosition else { return nil }
        return
            """
            the log ends with event \(log.lastPosition), but the views have seen event \(views.position): what was recorded in \
            between is missing. Nothing is recorded any more; put the log back, events.db with the events.db-wal that belongs \
            to it, and start again, or, if it was put back to an earlier state on purpose, say so with `verdict rebuild`
            """
    }

    // MARK: Commands

    /// Runs a command and returns when its events are on the disk; whoever reads the views then sees them.
    @discardableResult
    package func execute(_ command: Command, origin: Origin = Origin()) async throws(CommandError) -> Receipt {
        let result = await withCheckedContinuation { continuation in
            execute(command, origin: origin) { continuation.resume(returning: $0) }
        }
        return try result.get()
    }

    /// The same for a caller that is no task.
    ///
    /// - Parameter reply: called once, on any thread; it must return at once.
    package func execute(_ command: Command, origin: Origin, reply: @escaping Reply) {
        append(command, origin: origin) { [self] result in
            guard case .success(let receipt) = result, let decisionID = decisionToCarryOut(after: receipt) else {
                return reply(result)
            }
            Task {
                let outcome: Result<Receipt, CommandError>
                do throws(CommandError) {
                    outcome = .success(try await withOutcome(receipt, of: decisionID, origin: origin))
                } catch {
                    outcome = .failure(error)
                }
                reply(outcome)
            }
        }
    }

    func append(_ command: Command, origin: Origin) async throws(CommandError) -> Receipt {
        let result = await withCheckedContinuation { continuation in
            append(command, origin: origin) { continuation.resume(returning: $0) }
        }
        return try result.get()
    }

    private func append(_ command: Command, origin: Origin, reply: @escaping Reply) {
        do throws(CommandError) {
            if let reason = sealed.withLock({ $0 }) { throw .unavailable(reason) }
            let entry = CommandQueue.Entry(command: command, origin: origin, reply: reply)
            try queue.append(entry, isBounded: !command.isInternal)
        } catch {
            reply(.failure(error))
        }
    }

    /// Waits until every event of an earlier time than this moment is in the log: a batch has its time before it is on the disk.
    package func settle() async {
        // Where nothing is recorded any more, nothing is on its way either.
        _ = try? await append(.passTime(decisionIDs: [], sessionIDs: []), origin: Origin())
    }

    /// A fresh id for whatever has none: ids that begin with the time are cheap to index.
    package func newID() -> String {
        EventID(at: time.now(), random: random.next()).text
    }

    // MARK: Listening

    /// Calls back with the events of every batch, in order, once they are on the disk.
    ///
    /// The callback runs on the writer's thread and must return at once.
    package func listen(_ callback: @escaping @Sendable ([CommittedEvent]) -> Void) -> WakeToken {
        listeners.add(callback)
    }

    /// From now on the log can be read only: no command is taken, and the clock records nothing.
    ///
    /// - Parameter reason: what callers are told.
    package func seal(because reason: String) {
        sealed.withLock { $0 = reason }
    }

    /// The secrets that the server keeps beside the log.
    package var keys: KeyFolder { KeyFolder(directory: directory.path) }

    // MARK: Readers

    /// What a reader has to be told who has seen events up to that position; nil where the log goes that far.
    package func lostEvents(seenUpTo position: Position) -> String? {
        let end = max(log.lastPositionOrZero, views.position)
        guard position > end else { return nil }
        readersBeyondEnd.note(position, beyond: end, at: time.now())
        let sentence =
            "You have seen events up to \(position), but this log ends with event \(end): what came after it is lost"
        return restorations.notice.map { "\(sentence). \($0)" } ?? sentence
    }

    // MARK: Health

    package var health: LedgerHealth {
        LedgerHealth(
            trouble: sealed.withLock { $0 } ?? writer.commits.failure ?? writer.commits.delay,
            viewsTrouble: follower.trouble,
            viewsLag: max(0, log.lastPositionOrZero - views.position),
            auditLag: max(0, log.lastPositionOrZero - audit.position))
    }

    // MARK: The end

    /// Serves what waits, takes nothing more, closes the files and lets go of the directory.
    package func close() async throws {
        queue.close()
        await writerEnd.wait()
        await follower.close()
        // Each is closed, however that ends for the others.
        defer { directory.release() }
        let closed = [
            await result { try await audit.close() }, await result { try views.close() },
            await result { try store.close() },
        ]
        for outcome in closed { try outcome.get() }
    }

    private func result(_ body: () async throws -> Void) async -> Result<Void, any Error> {
        do {
            return .success(try await body())
        } catch {
            return .failure(error)
        }
    }
}

extension EventStore {
    fileprivate var lastPositionOrZero: Position { (try? lastPosition) ?? 0 }
}
