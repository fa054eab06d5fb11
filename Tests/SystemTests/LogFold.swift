import EventLog

/// What a fresh fold of the log says: written again here, from the contract, so that the server is compared with
/// something that shares no code with it.
struct LogFold {
    struct Operator: Equatable {
        var sessions = 0
        var approved = 0
        var rejected = 0
        var escalated = 0
    }

    /// The status of every decision, by id.
    private(set) var statuses: [String: String] = [:]
    private(set) var risks: [String: String] = [:]
    private(set) var operators: [String: Operator] = [:]
    /// Decisions that were submitted, or decided for good, more than once.
    private(set) var doubled: [String] = []

    private static let open: Set<String> = ["pending", "escalated", "timeout"]

    init(_ events: [LogFile.Event]) {
        for event in events { apply(event) }
    }

    private mutating func apply(_ event: LogFile.Event) {
        switch event.type {
        case "session.opened.v1":
            operators[event.operatorID, default: Operator()].sessions += 1
        case "decision.submitted.v1":
            if statuses[event.decisionID] != nil { doubled.append(event.decisionID) }
            statuses[event.decisionID] = "pending"
            risks[event.decisionID] = event.data["risk_level"]?.stringValue
        case "decision.approved.v1": move(event, to: "approved") { $0.approved += 1 }
        case "decision.rejected.v1": move(event, to: "rejected") { $0.rejected += 1 }
        case "decision.escalated.v1": move(event, to: "escalated") { $0.escalated += 1 }
        case "decision.timed_out.v1": move(event, to: "timeout") { _ in }
        case "decision.cancelled.v1": move(event, to: "cancelled") { _ in }
        case "decision.executed.v1": statuses[event.decisionID] = "executed"
        case "decision.execution_failed.v1": statuses[event.decisionID] = "failed"
        default: break
        }
    }

    private mutating func move(_ event: LogFile.Event, to status: String, _ count: (inout Operator) -> Void) {
        if !isOpen(event.decisionID) { doubled.append(event.decisionID) }
        statuses[event.decisionID] = status
        if !event.operatorID.isEmpty { count(&operators[event.operatorID, default: Operator()]) }
    }

    func isOpen(_ decisionID: String) -> Bool {
        statuses[decisionID].map(Self.open.contains) ?? false
    }

    /// How many decisions wait, by risk.
    var waiting: [String: Int] {
        statuses.keys.filter(isOpen).reduce(into: [:]) { counts, id in counts[risks[id] ?? "", default: 0] += 1 }
    }

    /// How many decisions wait, by status.
    var waitingByStatus: [String: Int] {
        statuses.values.filter(Self.open.contains).reduce(into: [:]) { $0[$1, default: 0] += 1 }
    }
}

extension ServerClient {
    /// Every number that the server shows and that the fold knows too, where the two differ.
    func differences(from fold: LogFold) async throws -> [String] {
        var differences: [String] = []
        func compare(_ name: String, _ shown: JSON?, _ folded: Int) {
            if shown?.numberValue?.int != folded {
                differences.append("\(name): \(shown?.text ?? "nothing") instead of \(folded)")
            }
        }
        let pending = try await get("\(Self.api)/pending?limit=0")
        compare("total_pending", pending["total_pending"], fold.waiting.values.reduce(0, +))
        for risk in ["low", "medium", "high", "critical"] {
            compare("pending \(risk)", pending["by_risk_level"]?[risk], fold.waiting[risk] ?? 0)
        }
        for status in ["pending", "escalated", "timeout"] {
            compare("pending \(status)", pending["by_status"]?[status], fold.waitingByStatus[status] ?? 0)
        }
        for (operatorID, folded) in fold.operators {
            let shown = try await get("\(Self.api)/session/\(operatorID)/stats")
            compare("\(operatorID) sessions", shown["total_sessions"], folded.sessions)
            compare("\(operatorID) approved", shown["total_approved"], folded.approved)
            compare("\(operatorID) rejected", shown["total_rejected"], folded.rejected)
            compare("\(operatorID) escalated", shown["total_escalated"], folded.escalated)
        }
        return differences
    }
}
