import CoreMetrics
import EventLog
import Foundation
import Governance
import Logging
import Projections
import Synchronization

/// The one that decides and appends: a thread that takes all commands that wait, decides them one after the other,
/// commits their events in one transaction with one sync, and then answers all. The views follow.
///
/// A transaction costs a sync whatever its size, so the batch is as large as the load makes it.
final class Writer: Sendable {
    /// Commands in one transaction; a longer one would make the first of them wait.
    private static let batchMax = 512
    /// In steps of `nice`. All commands wait for this one thread: when the disk is done with a batch, nobody should keep it
    /// waiting for a processor.
    static let urgency: Int32 = 5

    /// From 1970 to 9900, so that deadlines lie within the years that a timestamp can name.
    private static let usableTimes = Timestamp(microseconds: 0)..<Timestamp(microseconds: 250_246_627_200_000_000)

    private let log: any EventStore
    private let views: Views
    private let follower: ViewsFollower
    private let policy: GovernancePolicy
    private let random: BufferedRandom
    private let time: any TimeSource
    private let queue: CommandQueue
    private let metrics: LedgerMetrics
    private let logger: Logger
    private let committed: @Sendable ([CommittedEvent]) -> Void
    private let workingSet = WorkingSet()
    let accounts = Accounts()
    /// The last event that the working set has seen.
    private let seen: Mutex<Position>
    private let recentKeys = Mutex(RecentKeys())
    let commits = CommitHealth()
    private let thread = Mutex<pthread_t?>(nil)

    init(
        log: any EventStore, views: Views, follower: ViewsFollower, policy: GovernancePolicy, random: BufferedRandom,
        time: any TimeSource, queue: CommandQueue, metrics: LedgerMetrics, logger: Logger,
        committed: @escaping @Sendable ([CommittedEvent]) -> Void
    ) throws {
        self.log = log
        self.views = views
        self.follower = follower
        self.policy = policy
        self.random = random
        self.time = time
        self.queue = queue
        self.metrics = metrics
        self.logger = logger
        self.committed = committed
        seen = Mutex(views.position)
        try load()
    }

    private func load() throws {
        let now = time.now()
        try views.readNow { views in
            workingSet.load(try views.openSessions(), queueSize: try views.queueSize())
            accounts.load(try views.users().map(\.state), try views.logins(endingAfter: now))
        }
    }

    /// Whether the caller runs on the thread that serves the queue. The name of a thread would not tell: Foundation on
    /// Linux may lose it.
    var isOnItsThread: Bool { thread.withLock { $0 == pthread_self() } }

    /// Serves the queue until it is closed.
    func run() {
        thread.withLock { $0 = pthread_self() }
        ThreadPriority.raise(by: Self.urgency)
        while let batch = queue.take(limit: Self.batchMax) {
            metrics.queueLength.record(queue.length)
            serve(batch)
        }
    }

    // MARK: A batch

    private enum Outcome {
        case refused(CommandError)
        /// The command's events are these of the batch, and its decision stands so after them.
        case decided(Range<Int>, DecisionState?)
        /// An earlier request with the same key has these events.
        case repeated([CommittedEvent])
        /// An earlier command of this batch has the same key.
        case same(Int)

        /// Whether the command has recorded anything.
        var hasEvents: Bool { if case .decided(let events, _) = self { !events.isEmpty } else { false } }
    }

    private func serve(_ batch: [CommandQueue.Entry]) {
        do {
            let (outcomes, events) = try commitBatch(batch)
            follow(events)
            answer(batch, outcomes, events)
            publish(events)
        } catch {
            fail(batch, error)
        }
    }

    /// Tells the listeners. Where others have appended between the last batch and this one, their events come first.
    private func publish(_ events: [CommittedEvent]) {
        guard let last = events.last?.recorded.position else { return }
        if seen.withLock({ $0 }) == last { return committed(events) }
        do {
            try noticeOthers()
        } catch {
            logger.error("the events of others are not read yet", metadata: ["error": "\(error)"])
        }
    }

    /// Decides and appends. If the log is not as that was decided on, reads on and decides once more.
    private func commitBatch(_ batch: [CommandQueue.Entry]) throws -> ([Outcome], [CommittedEvent]) {
        try noticeOthers()
        do {
            return try attempt(batch, trustingNewIDs: true)
        } catch EventStoreError.wrongExpectedVersion {
            try noticeOthers()
            return try attempt(batch, trustingNewIDs: false)
        }
    }

    /// Takes in what others have appended to the log.
    private func noticeOthers() throws {
        let last = try log.lastPosition
        let known = seen.withLock { $0 }
        guard last > known else { return }
        try views.catchUp(with: log)
        try load()
        let missed = try log.read(from: known + 1, limit: last - known).map { CommittedEvent($0) }
        seen.withLock { $0 = last }
        committed(missed)
    }

    /// - Parameter trustingNewIDs: whether a submission under an id that is not in memory is taken for the first one: the
    ///   log refuses it where it is not, and until then nobody has looked for it there.
    private func attempt(
        _ batch: [CommandQueue.Entry], trustingNewIDs: Bool
    ) throws -> ([Outcome], [CommittedEvent]) {
        let asked = trustingNewIDs ? batch.filter { !$0.command.isSubmission } : batch
        var staging = Staging(
            on: workingSet, accounts, folded: try fold(asked), policy: policy, random: random, at: try usableTime())
        var keys = try UsedKeys(
            batch.compactMap(\.origin.claimedKey), recent: recentKeys.withLock { $0 }, log: log, views: views)
        var outcomes: [Outcome] = []
        for (index, entry) in batch.enumerated() {
            let outcome = try decide(entry, at: index, &staging, &keys)
            if trustingNewIDs, case .refused(.refused(.queueFull)) = outcome {
                // Nothing is appended for it, so the log cannot say that it knows the id.
                return try attempt(batch, trustingNewIDs: false)
            }
            outcomes.append(outcome)
        }
        guard !staging.appends.isEmpty else { return (outcomes, []) }
        let recorded = try commits.watch { try metrics.commitTime.measure { try log.append(staging.appends) } }
        remember(staging, recorded)
        let events = zip(recorded, staging.events).map { CommittedEvent(recorded: $0, meaning: $1) }
        let newKeys = zip(batch, outcomes).lazy.compactMap { entry, outcome in
            outcome.hasEvents ? entry.origin.idempotency?.key : nil
        }
        recentKeys.withLock { $0.take(newKeys, of: events, seen: views.position) }
        return (outcomes, events)
    }

    /// - Throws: `EventStoreError.unavailable` where the clock says what no clock can mean: an event of such a time could not be
    ///   read again.
    private func usableTime() throws -> Timestamp {
        let now = time.now()
        guard Self.usableTimes.contains(now) else {
            throw EventStoreError.unavailable(
                "the clock of this machine says \(now), which is no time to record anything at")
        }
        return now
    }

    /// Takes the effect of the batch into memory, unless others have appended just before it: then everything that
    /// followed the last seen event is still to be read.
    private func remember(_ staging: Staging, _ recorded: [RecordedEvent]) {
        guard let first = recorded.first, let last = recorded.last else { return }
        let isNext = seen.withLock { seen in
            guard first.position == seen + 1 else { return false }
            seen = last.position
            return true
        }
        guard isNext else { return }
        workingSet.update(staging.decisions.values, staging.sessions.values, queueSize: staging.queueSize)
        if !staging.users.isEmpty || !staging.logins.isEmpty {
            accounts.update(staging.users.values, staging.logins.values, at: time.now())
        }
        metrics.openDecisions.record(workingSet.queueSize)
    }

    private func decide(
        _ entry: CommandQueue.Entry, at index: Int, _ staging: inout Staging, _ keys: inout UsedKeys
    ) throws -> Outcome {
        if let key = entry.origin.claimedKey, let use = keys.use(of: key) {
            switch use {
            case .otherRequest: return .refused(.refused(.idempotencyKeyReused(key.key)))
            case .committed(let events): return .repeated(events)
            case .inBatch(let first): return .same(first)
            }
        }
        let start = staging.events.count
        let decided = try staging.decide(entry.command, origin: entry.origin) { decisionID in
            try self.submission(decisionID)
        }
        switch decided {
        case .failure(let refusal): return .refused(refusal)
        case .success:
            if let key = entry.origin.claimedKey { keys.remember(key, at: index) }
            return .decided(start..<staging.events.count, entry.command.decisionIDs.first.flatMap(staging.decided))
        }
    }

    // MARK: Looking into the log

    /// The states of decisions and sessions that are in the log but not in memory.
    private func fold(_ batch: [CommandQueue.Entry]) throws -> Staging.Folded {
        let decisions = batch.flatMap(\.command.decisionIDs).filter { workingSet.decision($0) == nil }
        let sessions = batch.compactMap(\.command.sessionID).filter { workingSet.session($0) == nil }
        let streams = decisions.map(GovernanceEvent.decisionStream) + sessions.map(GovernanceEvent.sessionStream)
        var folded = Staging.Folded()
        guard !streams.isEmpty else { return folded }
        for recorded in try log.read(streams: streams).values.joined() {
            switch try GovernanceEvent(recorded) {
            case .decision(let event):
                let id = event.decisionID
                folded.decisions[id] = Decision.evolve(folded.decisions[id], event)
            case .session(let event):
                let id = event.sessionID
                folded.sessions[id] = Session.evolve(folded.sessions[id], event)
            case nil: break
            }
        }
        try refuseShortened(folded)
        return folded
    }

    /// Nothing is decided on a stream of which the index of the log has lost the end, as one changed byte of the file can have
    /// it: the views remember how far it went.
    ///
    /// - Throws: `EventStoreError.corrupt`.
    private func refuseShortened(_ folded: Staging.Folded) throws {
        guard !folded.decisions.isEmpty else { return }
        // Views that cannot be read keep nobody from deciding.
        let seen = try? views.readNow { try $0.versions(of: folded.decisions.keys) }
        for (id, seen) in seen ?? [:] {
            guard let version = folded.decisions[id]?.version, version < seen.version else { continue }
            throw EventStoreError.corrupt(
                position: seen.position,
                "its stream goes on to version \(seen.version), and the log finds it to version \(version) only")
        }
    }

    private func submission(_ decisionID: String) throws -> DecisionSubmitted? {
        for recorded in try log.read(stream: GovernanceEvent.decisionStream(decisionID)) {
            if case .decision(.submitted(let submitted)) = try GovernanceEvent(recorded) { return submitted }
        }
        return nil
    }

    // MARK: After the commit

    /// Has the views follow, so that whoever is answered reads what it did.
    private func follow(_ events: [CommittedEvent]) {
        guard let last = events.last else { return }
        metrics.events.increment(by: events.count)
        metrics.batchSize.record(events.count)
        metrics.position.record(last.recorded.position)
        follower.append(events)
    }

    private func answer(_ batch: [CommandQueue.Entry], _ outcomes: [Outcome], _ events: [CommittedEvent]) {
        func receipt(_ outcome: Outcome) -> Result<Receipt, CommandError> {
            switch outcome {
            case .refused(let refusal): .failure(refusal)
            case .decided(let range, let decision):
                .success(Receipt(events: Array(events[range]), decision: decision, isRepeated: false))
            case .repeated(let earlier): .success(Receipt(events: earlier, isRepeated: true))
            case .same(let index): receipt(outcomes[index]).map { Receipt(events: $0.events, isRepeated: true) }
            }
        }
        for (entry, outcome) in zip(batch, outcomes) {
            if case .refused = outcome {
                metrics.commandsRefused.increment()
            } else {
                metrics.commandsAccepted.increment()
            }
            entry.reply(receipt(outcome))
        }
    }

    /// Nothing was acknowledged: memory stays as it was, everybody is told to come back.
    private func fail(_ batch: [CommandQueue.Entry], _ error: any Error) {
        if batch.count > 1, error.isOfOneStream {
            // One command too many spoils only its own answer; halves find it in few commits.
            let middle = batch.count / 2
            serve(Array(batch[..<middle]))
            serve(Array(batch[middle...]))
            return
        }
        metrics.commandsFailed.increment(by: batch.count)
        let reason: CommandError
        switch error {
        case EventStoreError.entryTooLarge:
            reason = .tooLarge
        case EventStoreError.wrongExpectedVersion, EventStoreError.corrupt:
            reason = .damaged("\(error)")
        case EventStoreError.undecided:
            reason = .undecided("\(error)")
            commits.fail("\(error)")
        default:
            reason = .unavailable("\(error)")
            commits.fail("\(error)")
        }
        logger.error("commands failed", metadata: ["error": "\(error)", "commands": "\(batch.count)"])
        for entry in batch { entry.reply(.failure(reason)) }
    }
}

extension Error {
    /// Whether the trouble is with one command or its stream, not with the log.
    fileprivate var isOfOneStream: Bool {
        switch self as? EventStoreError {
        case .entryTooLarge, .wrongExpectedVersion, .corrupt: true
        case .unavailable, .undecided, .malformed, nil: false
        }
    }
}
