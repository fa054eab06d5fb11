import EventLog
import Governance

/// A log as a busy installation has it after some months, made by the rules themselves: some hundred decisions are open
/// at a time, most are approved, some rejected, handed up or forgotten.
///
/// The same seed makes the same log.
struct MadeHistory {
    private static let openMax = 400
    private static let operatorCount = 20

    /// A decision that waits for what becomes of it.
    private struct Waiting {
        var state: DecisionState
        var fate: Fate
    }

    private enum Fate {
        case approved, rejected, executed, handedUp, warned, timedOut, forgotten
    }

    private var random: SeededRandom
    private var now = Timestamp(microseconds: 1_767_225_600_000_000)
    private var count = 0
    private var sessions: [SessionState] = []
    private var waiting: [Waiting] = []
    private let policy = GovernancePolicy()

    init(seed: UInt64) {
        random = SeededRandom(state: seed)
    }

    /// What happens next: events of one stream.
    mutating func next() -> [StreamAppend] {
        now = now + Interval(microseconds: Int64.random(in: 50_000...3_000_000, using: &random))
        if sessions.isEmpty || sessions[0].expiresAt <= now { return renewSessions() }
        guard waiting.count >= Self.openMax else { return [submit()] }
        let index = Int.random(in: 0..<waiting.count, using: &random)
        var decision = waiting[index]
        let appends = live(&decision)
        waiting[index] = waiting[waiting.count - 1]
        waiting.removeLast()
        return appends
    }

    // MARK: Sessions

    private mutating func renewSessions() -> [StreamAppend] {
        var appends = sessions.map { session in
            append(.session(.closed(sessionID: session.sessionID, operatorID: session.operatorID, reason: .expired)), 1)
        }
        sessions = []
        for index in 0..<Self.operatorCount {
            let command = OpenSession(
                operatorID: "operator-\(index)@example.org", operatorRole: "soc_operator",
                ipAddress: "198.51.100.\(index)",
                userAgent: "verdict-console/1.0")
            let decided = Session.decide(.open(command), on: newID(), in: nil, policy: policy, at: now)
            guard case .success(let events) = decided, let event = events.first,
                let state = Session.evolve(nil, event)
            else { continue }
            sessions.append(state)
            appends.append(append(.session(event), 0))
        }
        return appends
    }

    // MARK: Decisions

    private mutating func submit() -> StreamAppend {
        count += 1
        let risk = RiskLevel.allCases[[0, 1, 1, 2, 2, 2, 3][Int.random(in: 0..<7, using: &random)]]
        let address = "203.0.\(UInt8.random(in: 0...255, using: &random)).\(UInt8.random(in: 1...254, using: &random))"
        let submission = Submission(
            decisionID: count % 10 < 7 ? newID() : "CANDI-\(Self.hex(random.next()))", riskLevel: risk,
            context: DecisionContext(
                actionType: ActionType.allCases.randomElement(using: &random) ?? .blockIP,
                actionParams: JSONObject([
                    .init(key: "target", value: .string(address)),
                    .init(key: "duration_seconds", value: .number(JSONNumber(3600))),
                    .init(key: "interface", value: "eth0"),
                ]),
                reasoning: String(
                    Self.words.prefix(Int.random(in: 80...Self.words.utf8.count, using: &random))),
                confidence: JSONNumber(Double(Int.random(in: 500...999, using: &random)) / 1000),
                threatScore: JSONNumber(Double(Int.random(in: 10...99, using: &random)) / 10), threatType: "port_scan",
                metadata: JSONObject([
                    .init(key: "sensor", value: .string("suricata-\(count % 12)")),
                    .init(key: "signature_id", value: .number(JSONNumber(2_000_000 + count % 3000))),
                    .init(key: "flow", value: ["bytes": 18_234, "packets": 1024]),
                ])),
            submittedBy: "agent:suricata")
        let decided = Decision.decide(
            .submit(submission, earlier: nil, queueSize: 0), on: submission.decisionID, in: nil, policy: policy, at: now
        )
        guard case .success(let events) = decided, let event = events.first, let state = Decision.evolve(nil, event)
        else {
            return StreamAppend(StreamName(text: "none/none"), expecting: .any, [])
        }
        waiting.append(Waiting(state: state, fate: fate()))
        return append(.decision(event), 0, isKeyed: count % 10 == 0)
    }

    private mutating func fate() -> Fate {
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<50: .approved
        case 50..<65: .rejected
        case 65..<75: .executed
        case 75..<83: .handedUp
        case 83..<91: .warned
        case 91..<98: .timedOut
        default: .forgotten
        }
    }

    private mutating func live(_ waiting: inout Waiting) -> [StreamAppend] {
        let session = sessions[Int.random(in: 0..<sessions.count, using: &random)]
        let action = OperatorAction(
            sessionID: session.sessionID, session: session, comment: "known scanner, seen before",
            reasoning: "the address is on the list of last week")
        switch waiting.fate {
        case .approved: return decide([.approve(action)], &waiting)
        case .rejected: return decide([.reject(action, reason: "a partner's scanner")], &waiting)
        case .executed: return decide([.approve(action), .recordExecution(.succeeded(["rule": 4711]))], &waiting)
        case .handedUp:
            return decide([.escalate(action, reason: "too large for me", target: nil), .approve(action)], &waiting)
        case .warned: return later(0.8) { $0.decide([.warn, .approve(action)], &waiting) }
        case .timedOut: return later(1.1) { $0.decide([.warn, .timeOut, .approve(action)], &waiting) }
        case .forgotten: return later(1.1) { $0.decide([.warn, .timeOut], &waiting) }
        }
    }

    private mutating func decide(_ commands: [DecisionCommand], _ waiting: inout Waiting) -> [StreamAppend] {
        var appends: [StreamAppend] = []
        for command in commands {
            let id = waiting.state.decisionID
            let decided = Decision.decide(command, on: id, in: waiting.state, policy: policy, at: now)
            guard case .success(let events) = decided else { continue }
            for event in events {
                appends.append(append(.decision(event), waiting.state.version))
                waiting.state = Decision.evolve(waiting.state, event) ?? waiting.state
            }
        }
        return appends
    }

    /// Something that happens when so much of the longest time is over; the clock goes back then, for the order of the log
    /// is by position.
    private mutating func later(
        _ part: Double, _ body: (inout MadeHistory) -> [StreamAppend]
    ) -> [StreamAppend] {
        let present = now
        now = now + Interval.seconds(1800 * part)
        defer { now = present }
        return body(&self)
    }

    // MARK: Events

    private mutating func append(_ event: GovernanceEvent, _ version: Int, isKeyed: Bool = false) -> StreamAppend {
        var metadata = EventMetadata()
        metadata.correlationID = Self.hex(random.next())
        metadata.sourceAddress = "198.51.100.7"
        if isKeyed {
            metadata.idempotencyKey = "key-\(Self.hex(random.next()))"
            metadata.requestHash = String(repeating: Self.hex(random.next()), count: 4)
        }
        let new = NewEvent(
            id: EventID(at: now, random: random.next()), type: event.type, recordedAt: now, actor: "agent:suricata",
            data: event.data, metadata: metadata)
        return StreamAppend(event.stream, expecting: .exact(version), [new])
    }

    private mutating func newID() -> String { EventID(at: now, random: random.next()).text }

    private static func hex(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    private static let words = """
        1,024 ports of 14 hosts were probed in 12 seconds from one address that the threat feed lists since Tuesday; two of \
        the hosts answered on 445 and 3389, and a login was tried on one of them with a name that left the company in March.
        """
}

/// SplitMix64.
struct SeededRandom: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
