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

    private let store: SQLiteEventStore
    private let directory: DataDirectory
    private let executors: [String: Executor]
    let logger: Logger
    private let queue: CommandQueue
    private let writer: Writer
    private let follower: ViewsFollower
    private let listeners: Listeners
    private let stopped = Mutex<StopState>(.running)
    /// Why the log takes no events any more.
    private let sealed = Mutex<String?>(nil)
    private let readersBeyondEnd: ReadersBeyondEnd
    /// Wakes the writer when somebody else appends to the log.
    private let wake: WakeToken
    /// Tells the audit index of events.
    private let auditing: WakeToken

    private enum StopState {
        case running
        case stopping([CheckedContinuation<Void, Never>])
        case stopped
    }

    /// Opens the data directory, brings the views to the end of the log and starts the writer.
    ///
    /// - Throws: `DataDirectoryError`, `EventStoreError`.
    package init(directory path: String, configuration: LedgerConfiguration = LedgerConfiguration()) throws {
        directory = try DataDirectory(path: path)
        try directory.refuseUnfinishedLog()
        store = try SQLiteEventStore(path: directory.eventsPath)
        log = store
        restorations = try Restorations(of: store, in: path, at: configuration.time.now())
        if let notice = restorations.notice { configuration.logger.warning("\(notice)") }
        readersBeyondEnd = ReadersBeyondEnd(metrics: configuration.metrics, logger: configuration.logger)
        views = try Views(path: directory.viewsPath, log: store, report: configuration.buildReport)
        if let reason = views.rebuildReason, views.position > 0 {
            configuration.logger.notice(
                "the views were built again from the log", metadata: ["reason": "\(reason.rawValue)"])
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
            log: store, views: views, follower: follower, policy: configuration.policy, time: configuration.time,
            queue: queue, metrics: metrics, logger: logger, committed: { listeners.tell($0) })
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
            didStop()
        }
        thread.name = "verdict-writer"
        thread.start()
    }

    // MARK: Commands

    /// Runs a command and returns when its events are on the disk; whoever reads the views then sees them.
    package func execute(_ command: Command, origin: Origin = Origin()) async throws(CommandError) -> Receipt {
        let receipt = try await append(command, origin: origin)
        guard !receipt.isRepeated, let decisionID = receipt.awaitingExecution else { return receipt }
        return try await withOutcome(receipt, of: decisionID, origin: origin)
    }

    private func append(_ command: Command, origin: Origin) async throws(CommandError) -> Receipt {
        if let reason = sealed.withLock({ $0 }) { throw .unavailable(reason) }
        let result: Result<Receipt, CommandError> = await withCheckedContinuation { continuation in
            do throws(CommandError) {
                let entry = CommandQueue.Entry(command: command, origin: origin) { continuation.resume(returning: $0) }
                try queue.append(entry, isBounded: !command.isInternal)
            } catch {
                continuation.resume(returning: .failure(error))
            }
        }
        return try result.get()
    }

    /// A fresh id for whatever has none: ids that begin with the time are cheap to index.
    package func newID() -> String {
        EventID(at: time.now(), random: .random(in: .min ... .max)).text
    }

    // MARK: Execution

    /// Carries out what nobody has to wait for any more, and adds the outcome to the receipt.
    private func withOutcome(
        _ receipt: Receipt, of decisionID: String, origin: Origin
    ) async throws(CommandError) -> Receipt {
        guard let outcome = await outcome(of: decisionID, isApproved: receipt.isApproval) else { return receipt }
        do throws(CommandError) {
            let recorded = try await append(
                .recordExecution(decisionID: decisionID, outcome), origin: origin.following())
            return Receipt(
                events: receipt.events + recorded.events, decision: recorded.decision, isRepeated: false)
        } catch {
            // The verdict stands, whatever becomes of the report about its execution.
            logger.error(
                "the outcome of an execution is not recorded",
                metadata: ["decision": "\(decisionID)", "error": "\(error)"])
            return receipt
        }
    }

    /// Nil where an approval has no executor: it stays approved.
    private func outcome(of decisionID: String, isApproved: Bool) async -> ExecutionOutcome? {
        if isApproved, executors.isEmpty { return nil }
        do {
            guard let decision = try await views.read({ try $0.decision(decisionID) }) else {
                return isApproved ? nil : .failed("The decision cannot be read")
            }
            guard let executor = executors[decision.actionType] else {
                return isApproved ? nil : .failed("No executor registered for action type: \(decision.actionType)")
            }
            return .succeeded(try await executor(decision))
        } catch {
            return .failed("\(error)")
        }
    }

    // MARK: The clock

    /// Says what the clock has to say by now: warnings, deadlines, ended sessions, each exactly once, however late.
    package func passTime() async throws {
        guard sealed.withLock({ $0 }) == nil else { return }
        if writer.lastTrouble != nil {
            try directory.probe()
            try store.settle()
            writer.clearTrouble()
        }
        try follower.retry()
        while true {
            let now = time.now()
            let (decisions, sessions) = try await views.read { views in
                (try views.dueDecisions(at: now, limit: 256), try views.dueSessions(at: now, limit: 256))
            }
            guard !decisions.isEmpty || !sessions.isEmpty else { return }
            guard try await passTime(decisions, sessions) else { return }
        }
    }

    /// Says what the clock has to say about these, and returns whether that was anything.
    ///
    /// One whose record is damaged does not keep the clock from the others.
    private func passTime(_ decisions: [String], _ sessions: [String]) async throws(CommandError) -> Bool {
        do {
            let command = Command.passTime(decisionIDs: decisions, sessionIDs: sessions)
            return try await !append(command, origin: Origin()).events.isEmpty
        } catch .damaged(let reason) {
            guard decisions.count + sessions.count > 1 else {
                logger.error("the clock passes over a damaged record", metadata: ["reason": "\(reason)"])
                return false
            }
            var saidAnything = false
            for decisionID in decisions where try await passTime([decisionID], []) { saidAnything = true }
            for sessionID in sessions where try await passTime([], [sessionID]) { saidAnything = true }
            return saidAnything
        }
    }

    /// Keeps the clock running until the task is cancelled.
    package func runClock() async {
        await failInterruptedExecutions()
        while !Task.isCancelled {
            do {
                try await passTime()
            } catch {
                logger.error("the clock could not do its work, it tries again", metadata: ["error": "\(error)"])
            }
            do {
                try await time.wait(until: time.now() + .seconds(1))
            } catch {
                return
            }
        }
    }

    /// An action that was to run without a human when the server stopped may or may not have run: that is said, and
    /// it is not run again.
    private func failInterruptedExecutions() async {
        guard sealed.withLock({ $0 }) == nil else { return }
        do {
            let interrupted = try await views.read { try $0.interruptedDecisions() }
            for decisionID in interrupted {
                let outcome = ExecutionOutcome.failed("The server stopped before the outcome was recorded")
                _ = try await append(.recordExecution(decisionID: decisionID, outcome), origin: Origin())
            }
        } catch {
            logger.error("interrupted executions are not recorded", metadata: ["error": "\(error)"])
        }
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
            trouble: sealed.withLock { $0 } ?? writer.lastTrouble,
            viewsLag: max(0, log.lastPositionOrZero - views.position),
            auditLag: max(0, log.lastPositionOrZero - audit.position))
    }

    // MARK: The end

    /// Serves what waits, takes nothing more, closes the files and lets go of the directory.
    package func close() async throws {
        queue.close()
        await withCheckedContinuation { continuation in
            let isStopped = stopped.withLock { state in
                switch state {
                case .running:
                    state = .stopping([continuation])
                    return false
                case .stopping(let waiting):
                    state = .stopping(waiting + [continuation])
                    return false
                case .stopped:
                    return true
                }
            }
            if isStopped { continuation.resume() }
        }
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

    private func didStop() {
        let waiting = stopped.withLock { state -> [CheckedContinuation<Void, Never>] in
            defer { state = .stopped }
            if case .stopping(let waiting) = state { return waiting }
            return []
        }
        for continuation in waiting { continuation.resume() }
    }
}

package struct LedgerHealth: Sendable {
    /// Why the log could not be written at the last attempt; nil while all is well.
    package let trouble: String?
    /// Events that the views have not seen yet.
    package let viewsLag: Int
    /// Events that the audit index has not seen yet.
    package let auditLag: Int
}

extension EventStore {
    fileprivate var lastPositionOrZero: Position { (try? lastPosition) ?? 0 }
}

extension Receipt {
    /// The decision whose action may run now: approved, or submitted without need of a human.
    fileprivate var awaitingExecution: String? {
        first { event in
            switch event {
            case .decision(.approved(let verdict)): verdict.decisionID
            case .decision(.submitted(let submitted)) where !submitted.automationLevel.requiresReview:
                submitted.decisionID
            case .decision, .session: nil
            }
        }?.value
    }

    fileprivate var isApproval: Bool {
        first { if case .decision(.approved) = $0 { true } else { nil } } != nil
    }
}

extension Origin {
    /// The origin of what follows from a command: the same request, whose key stands for these events too.
    fileprivate func following() -> Origin {
        var origin = self
        origin.isFollowing = true
        return origin
    }
}
