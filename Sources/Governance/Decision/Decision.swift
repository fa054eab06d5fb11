import EventLog

/// The rules of a decision: pure functions, so that every rule reads *given events, when command, then events*.
package enum Decision {
    /// The state after an event; nil before the first one.
    package static func evolve(_ state: DecisionState?, _ event: DecisionEvent) -> DecisionState? {
        if case .submitted(let submitted) = event {
            return DecisionState(
                decisionID: submitted.decisionID, riskLevel: submitted.riskLevel,
                automationLevel: submitted.automationLevel, status: .pending, actionType: submitted.context.actionType,
                createdAt: submitted.createdAt, slaDeadline: submitted.slaDeadline, warnAt: submitted.warnAt,
                isWarned: false, isAnswered: false, rejections: 0, version: (state?.version ?? 0) + 1)
        }
        guard var state else { return nil }
        state.version += 1
        switch event {
        case .submitted: break
        case .approved:
            state.status = .approved
            state.isAnswered = true
        case .rejected:
            state.status = .rejected
            state.isAnswered = true
            state.rejections += 1
        case .escalated(let escalated):
            state.status = .escalated
            if escalated.verdict != nil { state.isAnswered = true }
        case .slaWarned: state.isWarned = true
        case .timedOut: state.status = .timeout
        case .cancelled: state.status = .cancelled
        case .executed: state.status = .executed
        case .executionFailed: state.status = .failed
        }
        return state
    }

    /// The events that a command leads to, or why it is refused. An empty list means that nothing is left to do.
    package static func decide(
        _ command: DecisionCommand, on decisionID: String, in state: DecisionState?, policy: GovernancePolicy,
        at now: Timestamp
    ) -> Result<[DecisionEvent], Refusal> {
        switch command {
        case .submit(let submission, let earlier, let queueSize):
            submit(submission, earlier: earlier, in: state, queueSize: queueSize, policy: policy, at: now)
        case .approve(let action):
            open(decisionID, in: state, for: action, at: now).map { state, actor in
                [.approved(verdict(action, of: actor, on: state))]
            }
        case .reject(let action, let reason):
            open(decisionID, in: state, for: action, at: now).map { state, actor in
                [.rejected(verdict(action, of: actor, on: state), reason: reason)]
            }
        case .escalate(let action, let reason, let target):
            open(decisionID, in: state, for: action, at: now).flatMap { state, actor in
                // Sessions have always been free to give none (governance-api 5.4); users have not (hitl-api 3.1).
                if actor.isUser, reason.isEmpty { return .failure(.reasonRequired) }
                return .success([
                    .escalated(
                        escalation(action, of: actor, on: state, reason: reason, target: target, policy: policy))
                ])
            }
        case .cancel(let reason):
            timed(decisionID, in: state, .cancelled).map { _ in [.cancelled(decisionID: decisionID, reason: reason)] }
        case .warn:
            timed(decisionID, in: state, .pending).map { warn($0, at: now) }
        case .timeOut:
            timed(decisionID, in: state, .timeout).map { timeOut($0, policy: policy, at: now) }
        case .recordExecution(let outcome):
            record(outcome, of: decisionID, in: state)
        }
    }

    // MARK: Submission

    private static func submit(
        _ submission: Submission, earlier: DecisionSubmitted?, in state: DecisionState?, queueSize: Int,
        policy: GovernancePolicy, at now: Timestamp
    ) -> Result<[DecisionEvent], Refusal> {
        let submitted = submission.submitted(policy: policy, at: now)
        if let state {
            guard state.isQueued else {
                return .failure(
                    .decisionAlreadyResolved(state.decisionID, status: state.status, version: state.version))
            }
            // Whoever repeats himself has what he wants; but what a person may be looking at is not exchanged.
            guard let earlier, earlier.saysTheSame(as: submitted) else {
                return .failure(.decisionExists(state.decisionID))
            }
            return .success([])
        }
        if submitted.automationLevel.requiresReview, policy.queueCapacity > 0, queueSize >= policy.queueCapacity {
            return .failure(.queueFull(capacity: policy.queueCapacity))
        }
        return .success([.submitted(submitted)])
    }

    // MARK: Operators

    /// Who acts, whatever gives the right to.
    private struct Actor {
        let operatorID: String
        let rank: String
        let sessionID: String?
        let isUser: Bool
        /// Whether an escalation by a person is no end of the matter.
        let mayRevise: Bool
    }

    /// Who acts, if anybody may by that right: this is checked before the decision is looked at.
    private static func actor(of action: OperatorAction, at now: Timestamp) -> Result<Actor, Refusal> {
        switch action.authority {
        case .session(let sessionID, let owner, let session):
            guard let session, session.isValid(at: now), owner == nil || owner == session.operatorID else {
                return .failure(.invalidSession(sessionID))
            }
            return .success(
                Actor(
                    operatorID: session.operatorID, rank: session.operatorRole, sessionID: sessionID, isUser: false,
                    mayRevise: true))
        case .user(let user):
            guard user.mayAnswer else { return .failure(.notPermitted(user.username)) }
            return .success(
                Actor(
                    operatorID: user.username, rank: user.rank, sessionID: user.loginID, isUser: true,
                    mayRevise: user.mayRevise))
        }
    }

    /// The decision and the actor where that one may act on it now.
    private static func open(
        _ decisionID: String, in state: DecisionState?, for action: OperatorAction, at now: Timestamp
    ) -> Result<(DecisionState, Actor), Refusal> {
        actor(of: action, at: now).flatMap { actor in
            guard let state else { return .failure(.decisionNotFound(decisionID)) }
            guard state.isQueued, actor.mayRevise || !state.isAnswered else {
                return .failure(.decisionAlreadyResolved(decisionID, status: state.status, version: state.version))
            }
            return .success((state, actor))
        }
    }

    private static func verdict(
        _ action: OperatorAction, of actor: Actor, on state: DecisionState
    ) -> OperatorVerdict {
        OperatorVerdict(
            decisionID: state.decisionID, operatorID: actor.operatorID, sessionID: actor.sessionID,
            comment: action.effectiveComment, reasoning: action.reasoning, decisionCreatedAt: state.createdAt,
            namedActions: action.namedActions)
    }

    private static func escalation(
        _ action: OperatorAction, of actor: Actor, on state: DecisionState, reason: String, target: String?,
        policy: GovernancePolicy
    ) -> DecisionEscalated {
        let computed = policy.escalation.target(from: actor.rank, at: state.riskLevel)
        let honoured = target.flatMap { policy.escalation.chain.isAtOrAbove($0, computed) ? $0 : nil }
        return DecisionEscalated(
            decisionID: state.decisionID, type: .operatorRequest, fromRole: actor.rank,
            toRole: honoured ?? computed, requestedTarget: honoured == nil ? target : nil, reason: reason, ruleID: nil,
            notify: [], verdict: verdict(action, of: actor, on: state))
    }

    // MARK: The clock

    /// The state where a decision is pending: neither the clock nor a cancellation moves any other one.
    private static func timed(
        _ decisionID: String, in state: DecisionState?, _ wanted: DecisionStatus
    ) -> Result<DecisionState, Refusal> {
        guard let state else { return .failure(.decisionNotFound(decisionID)) }
        guard state.isQueued, state.status == .pending else {
            return .failure(.illegalTransition(decisionID, from: state.status, to: wanted))
        }
        return .success(state)
    }

    private static func warn(_ state: DecisionState, at now: Timestamp) -> [DecisionEvent] {
        guard !state.isWarned, let warnAt = state.warnAt, now >= warnAt, let notice = DeadlineNotice(of: state) else {
            return []
        }
        return [.slaWarned(notice)]
    }

    private static func timeOut(
        _ state: DecisionState, policy: GovernancePolicy, at now: Timestamp
    ) -> [DecisionEvent] {
        guard let deadline = state.slaDeadline, now > deadline, let notice = DeadlineNotice(of: state) else {
            return []
        }
        guard policy.escalatesOnTimeout else { return [.timedOut(notice)] }
        let rule = policy.escalation.rule(for: state)
        let escalated = DecisionEscalated(
            decisionID: state.decisionID, type: .timeout, fromRole: EscalationPolicy.unassigned,
            toRole: rule?.target ?? policy.escalation.defaultTarget(at: state.riskLevel), requestedTarget: nil,
            reason: "SLA deadline \(deadline.rfc3339) passed", ruleID: rule?.id, notify: rule?.notify ?? [],
            verdict: nil)
        return [.timedOut(notice), .escalated(escalated)]
    }

    // MARK: Execution

    /// An outcome follows an approval, or a submission that needs no human; it is recorded once.
    private static func record(
        _ outcome: ExecutionOutcome, of decisionID: String, in state: DecisionState?
    ) -> Result<[DecisionEvent], Refusal> {
        guard let state else { return .failure(.decisionNotFound(decisionID)) }
        let awaitsExecution =
            state.status == .approved || (state.status == .pending && !state.automationLevel.requiresReview)
        switch outcome {
        case .succeeded(let result):
            guard awaitsExecution else {
                return .failure(.illegalTransition(decisionID, from: state.status, to: .executed))
            }
            return .success([.executed(decisionID: decisionID, result: result)])
        case .failed(let error):
            guard awaitsExecution else {
                return .failure(.illegalTransition(decisionID, from: state.status, to: .failed))
            }
            return .success([.executionFailed(decisionID: decisionID, error: error)])
        }
    }
}

extension Submission {
    fileprivate func submitted(policy: GovernancePolicy, at now: Timestamp) -> DecisionSubmitted {
        let level: AutomationLevel =
            switch automation {
            case .requested(let level): policy.automation.permitted(level, at: riskLevel)
            case .byPolicy: policy.automation.level(confidence: context.confidence.double ?? 0, risk: riskLevel)
            }
        let time = slaOverride ?? policy.sla(for: riskLevel)
        let warnAfter = Interval(microseconds: Int64(Double(time.microseconds) * policy.warningFraction))
        return DecisionSubmitted(
            decisionID: decisionID, riskLevel: riskLevel, automationLevel: level, context: context,
            submittedBy: submittedBy, priorityScore: context.priorityScore(at: riskLevel), createdAt: now,
            requestedAt: requestedAt,
            slaDeadline: level.requiresReview ? now + time : nil,
            warnAt: level.requiresReview ? now + warnAfter : nil)
    }
}

extension DecisionSubmitted {
    /// Whether the two ask for the same, at whatever time.
    fileprivate func saysTheSame(as other: DecisionSubmitted) -> Bool {
        riskLevel == other.riskLevel && automationLevel == other.automationLevel
            && context.saysTheSame(as: other.context)
    }
}

extension DeadlineNotice {
    /// Nil for a decision without a deadline.
    fileprivate init?(of state: DecisionState) {
        guard let deadline = state.slaDeadline else { return nil }
        self.init(
            decisionID: state.decisionID, riskLevel: state.riskLevel, actionType: state.actionType,
            slaDeadline: deadline)
    }
}
