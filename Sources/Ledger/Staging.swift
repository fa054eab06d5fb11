import EventLog
import Governance
import Identity
import Projections

/// The effect of a batch before it is committed, laid over the working set: dropped if the commit fails.
struct Staging {
    private let base: WorkingSet
    let accounts: Accounts
    private let folded: Folded
    private let policy: GovernancePolicy
    let now: Timestamp
    private let random: BufferedRandom

    private(set) var decisions: [String: DecisionState] = [:]
    private(set) var sessions: [String: SessionState] = [:]
    var users: [String: UserState] = [:]
    var logins: [String: LoginState] = [:]
    private(set) var appends: [StreamAppend] = []
    /// The meaning of the events of `appends`, in the same order.
    private(set) var events: [DomainEvent] = []
    /// Decisions that will wait for a person.
    private(set) var queueSize: Int

    /// What is in the log but not in the working set, by id.
    struct Folded {
        var decisions: [String: DecisionState] = [:]
        var sessions: [String: SessionState] = [:]
    }

    init(
        on base: WorkingSet, _ accounts: Accounts, folded: Folded, policy: GovernancePolicy, random: BufferedRandom,
        at now: Timestamp
    ) {
        self.base = base
        self.accounts = accounts
        self.folded = folded
        self.policy = policy
        self.random = random
        self.now = now
        queueSize = base.queueSize
    }

    /// A decision that the batch has changed.
    func decided(_ decisionID: String) -> DecisionState? { decisions[decisionID] }

    private func decision(_ decisionID: String) -> DecisionState? {
        decisions[decisionID] ?? base.decision(decisionID) ?? folded.decisions[decisionID]
    }

    private func session(_ sessionID: String) -> SessionState? {
        sessions[sessionID] ?? base.session(sessionID) ?? folded.sessions[sessionID]
    }

    // MARK: Deciding

    /// Decides the command and stages its events.
    ///
    /// - Parameter earlier: reads what was submitted under an id before this batch.
    mutating func decide(
        _ command: Command, origin: Origin, earlier: (String) throws -> DecisionSubmitted?
    ) throws -> Result<Void, CommandError> {
        if case .identity(let command) = command {
            return decide(command, origin).mapError { .refusedIdentity($0) }
        }
        return try decideGovernance(command, origin, earlier).mapError { .refused($0) }
    }

    private mutating func decideGovernance(
        _ command: Command, _ origin: Origin, _ earlier: (String) throws -> DecisionSubmitted?
    ) throws -> Result<Void, Refusal> {
        switch command {
        case .identity: return .success(())
        case .skipLetter(let skipped):
            stage([.store(.letterSkipped(skipped))], expecting: .any, origin)
            return .success(())
        case .openSession(let sessionID, let open):
            return decide(.open(open), on: sessionID, origin)
        case .closeSession(let sessionID):
            return decide(.close, on: sessionID, origin)
        case .submit(let submission):
            let before =
                decision(submission.decisionID) == nil
                ? nil : try staged(submission.decisionID) ?? earlier(submission.decisionID)
            return decide(.submit(submission, earlier: before, queueSize: queueSize), on: submission.decisionID, origin)
        case .approve(let decisionID, let action):
            return decide(.approve(withRight(action)), on: decisionID, origin)
        case .reject(let decisionID, let action, let reason):
            return decide(.reject(withRight(action), reason: reason), on: decisionID, origin)
        case .escalate(let decisionID, let action, let reason, let target):
            return decide(.escalate(withRight(action), reason: reason, target: target), on: decisionID, origin)
        case .cancel(let decisionID, let reason):
            return decide(.cancel(reason: reason), on: decisionID, origin)
        case .recordExecution(let decisionID, let outcome):
            return decide(.recordExecution(outcome), on: decisionID, origin)
        case .passTime(let decisionIDs, let sessionIDs):
            // What has changed since somebody asked for the clock's opinion is refused, and that is an answer too.
            for decisionID in decisionIDs {
                _ = decide(.warn, on: decisionID, origin)
                _ = decide(.timeOut, on: decisionID, origin)
            }
            for sessionID in sessionIDs { _ = decide(.expire, on: sessionID, origin) }
            return .success(())
        }
    }

    /// The action with what the ledger knows of the right to it by now.
    private func withRight(_ action: OperatorAction) -> OperatorAction {
        var action = action
        switch action.authority {
        case .session(let sessionID, let owner, _):
            action.authority = .session(sessionID, owner: owner, session(sessionID))
        case .user(var authority):
            let user = user(authority.username)
            authority.mayAnswer = user?.may(.answer) ?? false
            authority.mayRevise = authority.mayRevise && user?.may(.administer) ?? false
            authority.rank = user?.rank ?? ""
            action.authority = .user(authority)
        }
        return action
    }

    /// What was submitted under that id in this very batch.
    private func staged(_ decisionID: String) -> DecisionSubmitted? {
        for event in events {
            if case .governance(.decision(.submitted(let submitted))) = event, submitted.decisionID == decisionID {
                return submitted
            }
        }
        return nil
    }

    private mutating func decide(
        _ command: DecisionCommand, on decisionID: String, _ origin: Origin
    ) -> Result<Void, Refusal> {
        let before = decision(decisionID)
        return Decision.decide(command, on: decisionID, in: before, policy: policy, at: now).map { decided in
            let after = decided.reduce(before) { Decision.evolve($0, $1) }
            stage(decided.map { .governance(.decision($0)) }, expecting: .exact(before?.version ?? 0), origin)
            guard let after else { return }
            queueSize += (after.isQueued ? 1 : 0) - (before?.isQueued == true ? 1 : 0)
            decisions[decisionID] = after
        }
    }

    private mutating func decide(
        _ command: SessionCommand, on sessionID: String, _ origin: Origin
    ) -> Result<Void, Refusal> {
        let before = session(sessionID)
        return Session.decide(command, on: sessionID, in: before, policy: policy, at: now).map { decided in
            let after = decided.reduce(before) { Session.evolve($0, $1) }
            stage(decided.map { .governance(.session($0)) }, expecting: .exact(before?.version ?? 0), origin)
            if let after { sessions[sessionID] = after }
        }
    }

    mutating func stage(_ decided: [DomainEvent], expecting version: ExpectedVersion, _ origin: Origin) {
        guard let stream = decided.first?.stream else { return }
        let new = decided.map { event in
            NewEvent(
                id: EventID(at: now, random: random.next()), type: event.type, recordedAt: now, actor: event.actor,
                data: event.data, metadata: origin.metadata(sessionID: event.sessionID))
        }
        appends.append(StreamAppend(stream, expecting: version, new))
        events += decided
    }
}

extension DomainEvent {
    /// Who caused the event.
    fileprivate var actor: String {
        switch self {
        case .governance(let event): event.actor
        case .identity(let event): event.actor
        case .store(let event): event.actor
        }
    }

    fileprivate var sessionID: String? {
        switch self {
        case .governance(let event): event.sessionID
        case .identity(.login(let login)): login.loginID
        case .identity, .store: nil
        }
    }
}
