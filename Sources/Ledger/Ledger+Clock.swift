import EventLog
import Governance
import Logging
import Projections
import SQLiteEventStore
import Synchronization

/// The clock of a ledger: what it has to say when deadlines pass.
extension Ledger {
    /// Says what the clock has to say by now: warnings, deadlines, ended sessions, each exactly once, however late.
    package func passTime() async throws {
        guard sealed.withLock({ $0 }) == nil, !sealLostLog() else { return }
        if writer.commits.failure != nil {
            try directory.probe()
            try store.settle()
            writer.commits.clear()
        }
        rebuildLostModels()
        try follower.retry()
        // What the views hold for due and is not, as after an event that they could not take, does not hide the others.
        var skipped = (decisions: 0, sessions: 0)
        while true {
            let now = time.now()
            let (decisions, sessions) = try await views.read { [skipped] views in
                (
                    try views.dueDecisions(at: now, limit: 256, skipping: skipped.decisions),
                    try views.dueSessions(at: now, limit: 256, skipping: skipped.sessions)
                )
            }
            guard !decisions.isEmpty || !sessions.isEmpty else { return }
            if try await !passTime(decisions, sessions) {
                skipped = (skipped.decisions + decisions.count, skipped.sessions + sessions.count)
            }
        }
    }

    /// Read models that were removed, moved or replaced under the server are made again from the log.
    private func rebuildLostModels() {
        for (model, views) in [(ViewsModel.views, views), (.audit, audit.current)] {
            guard let views, !views.isInPlace else { continue }
            do throws(RebuildRefusal) {
                try startRebuild(of: model)
                logger.error(
                    "read models are not under their name any more: they are built again",
                    metadata: ["model": "\(model.name)"])
            } catch {
                // It runs already.
            }
        }
    }

    /// Takes no more commands where what they write is lost, and returns whether that is so.
    private func sealLostLog() -> Bool {
        guard !store.isInPlace else { return false }
        let reason =
            """
            the log is not under its name any more: \(directory.eventsPath) or its write-ahead log was removed, moved or \
            replaced while the server wrote it. Nothing is recorded any more; put the right files back and start the server again
            """
        seal(because: reason)
        logger.critical("the log is lost", metadata: ["reason": "\(reason)"])
        return true
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
}
