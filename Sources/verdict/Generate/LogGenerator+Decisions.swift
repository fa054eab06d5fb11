import EventLog
import Governance
import Identity

/// What becomes of decisions.
extension LogGenerator {
    /// An automatic action is reported at once.
    private static let automaticExecution = Interval(microseconds: 40_000)
    /// The clock looks once a second.
    private static let clockMicroseconds = 1_000_000

    mutating func submit() {
        defer { agenda.put(.submission, at: now + untilNextSubmission()) }
        let program = Program.draw(&random)
        let submission = program.submission(at: now, &random)
        var origin = request(from: program.address)
        if random.percent(20) {
            origin.idempotencyKey = Hex.text(random.bytes(12))
            origin.requestHash = Hex.text(random.bytes(32))
        }
        let command = DecisionCommand.submit(submission, earlier: nil, queueSize: decisions.count)
        guard let state = decide(command, on: submission.decisionID, by: origin) else { return }
        guard let deadline = state.slaDeadline else {
            agenda.put(.execution(state.decisionID), at: now + Self.automaticExecution)
            return
        }
        if let warnAt = state.warnAt { agenda.put(.warning(state.decisionID), at: afterTick(warnAt)) }
        agenda.put(.deadline(state.decisionID), at: afterTick(deadline))
        planAnswer(to: state, deadline)
    }

    private mutating func afterTick(_ time: Timestamp) -> Timestamp {
        time + Interval(microseconds: Int64(1 + random.below(Self.clockMicroseconds)))
    }

    /// Most are answered in time, some late, and one in a hundred never.
    private mutating func planAnswer(to state: DecisionState, _ deadline: Timestamp) {
        let percentOfTime: Int
        switch random.below(100) {
        case ..<60: percentOfTime = random.draw(from: 3...40)
        case ..<86: percentOfTime = random.draw(from: 40...75)
        case ..<94: percentOfTime = random.draw(from: 75...100)
        case ..<98: percentOfTime = random.draw(from: 101...400)
        case 98: return agenda.put(.withdrawal(state.decisionID), at: now + .seconds(random.draw(from: 20...200)))
        default: return
        }
        agenda.put(.answer(state.decisionID), at: now + part(percentOfTime, of: deadline - now))
    }

    private func part(_ percent: Int, of interval: Interval) -> Interval {
        Interval(microseconds: interval.microseconds / 100 * Int64(percent))
    }

    mutating func withdraw(_ decisionID: String) {
        decide(.cancel(reason: random.pick(Phrases.withdrawals, else: "")), on: decisionID)
    }

    // MARK: Answers

    mutating func answer(_ decisionID: String) {
        guard let state = decisions[decisionID], state.isQueued else { return }
        // Whom a person has asked for help is somebody else, with more to say.
        guard let place = personOnDuty(mayRevise: state.isAnswered) else {
            agenda.put(.answer(decisionID), at: now + .minutes(random.draw(from: 5...45)))
            return
        }
        let kind = random.below(100)
        let action = action(of: place, on: state, kind)
        let origin = request(from: staff[place].address)
        switch kind {
        case ..<64:
            guard decide(.approve(action), on: decisionID, by: origin) != nil else { return }
            if random.percent(45) {
                agenda.put(.execution(decisionID), at: now + .seconds(random.draw(from: 1...50)))
            } else {
                decisions[decisionID] = nil
            }
        case ..<90:
            let reason = random.pick(Phrases.rejections, else: "")
            guard decide(.reject(action, reason: reason), on: decisionID, by: origin) != nil else { return }
            decisions[decisionID] = nil
        default:
            let reason = random.pick(Phrases.escalations, else: "")
            let target = random.percent(20) ? "security_manager" : nil
            guard decide(.escalate(action, reason: reason, target: target), on: decisionID, by: origin) != nil else {
                return
            }
            agenda.put(.answer(decisionID), at: now + .minutes(random.draw(from: 2...40)))
        }
    }

    private mutating func personOnDuty(mayRevise: Bool) -> Int? {
        let onDuty = staff.indices.filter { place in
            let person = staff[place]
            if mayRevise { return person.session?.isValid(at: now) ?? false }
            return (person.login != nil && person.user.may(.answer)) || person.session?.isValid(at: now) ?? false
        }
        return onDuty.isEmpty ? nil : onDuty[random.below(onDuty.count)]
    }

    private mutating func action(of place: Int, on state: DecisionState, _ kind: Int) -> OperatorAction {
        let person = staff[place]
        let comment = kind < 64 ? random.pick(Phrases.approvals, else: "") : ""
        guard let login = person.login else {
            return OperatorAction(
                sessionID: person.session?.sessionID ?? "", session: person.session, comment: comment,
                reasoning: random.percent(30) ? random.pick(Phrases.consequences, else: "") : nil)
        }
        let authority = UserAuthority(
            username: person.user.username, rank: person.user.rank, loginID: login.loginID,
            mayAnswer: person.user.may(.answer), mayRevise: false)
        return OperatorAction(
            by: .user(authority), comment: comment, namedActions: kind < 64 ? [state.actionType.rawValue] : [])
    }

    // MARK: Execution

    mutating func execute(_ decisionID: String) {
        let outcome: ExecutionOutcome =
            random.percent(93)
            ? .succeeded([
                "rule_id": .string(Hex.text(random.bytes(4))), "took_ms": .number(JSONNumber(random.below(900))),
            ])
            : .failed(random.pick(Phrases.executionErrors, else: ""))
        decide(.recordExecution(outcome), on: decisionID)
        decisions[decisionID] = nil
    }

    // MARK: Deciding

    /// Decides by the rules, and records what follows.
    ///
    /// - Returns: the state afterwards; nil where the rules refuse it, or the log is full.
    @discardableResult
    mutating func decide(
        _ command: DecisionCommand, on decisionID: String, by origin: EventMetadata = EventMetadata()
    ) -> DecisionState? {
        let before = decisions[decisionID]
        guard
            case .success(let events) = Decision.decide(
                command, on: decisionID, in: before, policy: policy, at: now),
            record(events.map { .decision($0) }, by: origin, expecting: before?.version ?? 0)
        else { return nil }
        let after = events.reduce(before) { Decision.evolve($0, $1) }
        let isOver = after.map { !$0.status.isOpen && $0.status != .approved } ?? true
        decisions[decisionID] = isOver ? nil : after
        return after
    }
}
