import EventLog
import Governance
import Projections

/// Numbers that look random and are the same in every run (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// What becomes of a decision in a random history.
enum Fate: CaseIterable {
    case pending, warned, timedOut, escalatedByClock, escalatedByOperator, approved, rejected, cancelled, executed
    case failed, waitingForExecution, executedAtOnce, failedAtOnce, escalatedThenApproved

    var needsHuman: Bool {
        switch self {
        case .waitingForExecution, .executedAtOnce, .failedAtOnce: false
        default: true
        }
    }
}

extension ViewsFixture {
    static let operators = ["alice@host", "bob@host", "carol@host"]

    /// Appends the lives of that many decisions, in all states, in a random order, with the events of all mixed.
    func makeHistory(decisions count: Int, seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for (index, operatorID) in Self.operators.enumerated() {
            try open("s\(index)", operatorID: operatorID, role: index == 2 ? "ciso" : "soc_operator")
        }
        var waiting: [(id: String, fate: Fate)] = []
        for index in 0..<count {
            let fate = Fate.allCases[index % Fate.allCases.count]
            let risk: RiskLevel =
                fate.needsHuman ? RiskLevel.allCases.randomElement(using: &random) ?? .low : [.low, .medium][index % 2]
            var metadata = EventMetadata()
            if index % 5 == 0 {
                metadata.idempotencyKey = "key-\(index)"
                metadata.requestHash = "hash-\(index)"
            }
            try submit("d\(index)", risk: risk, automation: fate.needsHuman ? .supervised : .full, metadata: metadata)
            waiting.append(("d\(index)", fate))
            now = now + .seconds(Int.random(in: 0...2, using: &random))
            if waiting.count > 20 {
                let next = waiting.remove(at: Int.random(in: 0..<waiting.count, using: &random))
                try live(next.id, next.fate, using: &random)
            }
        }
        for (id, fate) in waiting.shuffled(using: &random) { try live(id, fate, using: &random) }
        try commit()
    }

    private func live(_ id: String, _ fate: Fate, using random: inout SeededGenerator) throws {
        let action = action("s\(Int.random(in: 0..<Self.operators.count, using: &random))")
        switch fate {
        case .pending, .waitingForExecution: break
        case .warned: try decideLater(.warn, on: id)
        case .timedOut:
            policy.escalatesOnTimeout = false
            try decideLater(.timeOut, on: id)
            policy.escalatesOnTimeout = true
        case .escalatedByClock: try decideLater(.timeOut, on: id)
        case .escalatedByOperator: try decide(.escalate(action, reason: "up", target: nil), on: id)
        case .approved: try decide(.approve(action), on: id)
        case .rejected: try decide(.reject(action, reason: "no"), on: id)
        case .cancelled: try decide(.cancel(reason: "gone"), on: id)
        case .executed, .failed:
            try decide(.approve(action), on: id)
            try decide(.recordExecution(fate == .executed ? .succeeded([:]) : .failed("no")), on: id)
        case .executedAtOnce: try decide(.recordExecution(.succeeded([:])), on: id)
        case .failedAtOnce: try decide(.recordExecution(.failed("no")), on: id)
        case .escalatedThenApproved:
            try decide(.escalate(action, reason: "up", target: nil), on: id)
            try decide(.approve(action), on: id)
        }
    }

    /// An hour later every deadline has passed; the next events happen at the old time again.
    private func decideLater(_ command: DecisionCommand, on id: String) throws {
        let present = now
        now = now + .hours(1)
        try decide(command, on: id)
        now = present
    }
}

/// A decision as a plain fold of the log has it: what the views are compared with.
struct FoldedDecision {
    var id: String
    var submitted: Position
    var risk: RiskLevel
    var status: DecisionStatus
    var needsHuman: Bool
    var createdAt: Timestamp
    var deadline: Timestamp?
    /// Where the last event that ended it stands.
    var resolved: Position?
    /// The last word of a person.
    var answer: String?
    var answeredAt: Timestamp?

    var isQueued: Bool { status.isOpen && needsHuman }

    static func all(in log: any EventStore) throws -> [FoldedDecision] {
        var decisions: [String: FoldedDecision] = [:]
        for recorded in try log.read(from: 1, limit: .max) {
            guard case .decision(let event) = try GovernanceEvent(recorded) else { continue }
            if case .submitted(let submitted) = event {
                decisions[submitted.decisionID] = FoldedDecision(
                    id: submitted.decisionID, submitted: recorded.position, risk: submitted.riskLevel,
                    status: .pending, needsHuman: submitted.automationLevel != .full,
                    createdAt: submitted.createdAt, deadline: submitted.slaDeadline)
                continue
            }
            decisions[event.decisionID]?.apply(event, at: recorded.position)
            decisions[event.decisionID]?.hear(event, at: recorded.recordedAt)
        }
        return decisions.values.sorted { $0.submitted < $1.submitted }
    }

    private mutating func hear(_ event: DecisionEvent, at moment: Timestamp) {
        switch event {
        case .approved: answer = "approve"
        case .rejected: answer = "reject"
        case .escalated(let escalated) where escalated.verdict != nil: answer = "escalate"
        case .submitted, .escalated, .slaWarned, .timedOut, .cancelled, .executed, .executionFailed: return
        }
        answeredAt = moment
    }

    private mutating func apply(_ event: DecisionEvent, at position: Position) {
        switch event {
        case .submitted, .slaWarned: return
        case .escalated: status = .escalated
        case .timedOut: status = .timeout
        case .approved: status = .approved
        case .rejected: status = .rejected
        case .cancelled: status = .cancelled
        case .executed: status = .executed
        case .executionFailed: status = .failed
        }
        if !status.isOpen { resolved = position }
    }
}
