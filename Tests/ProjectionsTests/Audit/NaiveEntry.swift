import EventLog
import Governance
import Projections

/// An entry of the audit as a plain reading of the log has it, without the domain's own code: what the index is compared
/// with.
struct NaiveEntry: Hashable {
    var place = 0
    var recordedAt: Int64 = 0
    var type = ""
    /// As the contract names it.
    var actorKind = ""
    var author = ""
    var session: String?
    var decisionID: String?
    var target: String?
    var risk: String?
    var automation: String?
    var status: String?
    var tags: Set<String> = []
    var sla: String?
    var waited: Int64?
    var reason: String?

    /// The same of what the index says.
    init(_ row: AuditRow) {
        place = row.place.number
        recordedAt = row.recordedAt.microseconds
        type = row.type.name
        actorKind = row.actor.kind.name
        author = row.author.id
        session = row.sessionID
        decisionID = row.decisionID
        target = row.target
        risk = row.riskLevel?.rawValue
        automation = row.automationLevel?.rawValue
        status = row.status?.rawValue
        tags = Set(row.tags.names)
        sla = row.slaOutcome?.rawValue
        waited = row.waited?.microseconds
        reason = row.reason
    }

    init(_ event: RecordedEvent, part: Int, _ type: String) {
        place = event.position * 4 + part
        recordedAt = event.recordedAt.microseconds
        self.type = type
    }
}

/// Reads the log event by event and remembers what it needs.
struct NaiveAudit {
    private struct Decision {
        var target: String
        var risk: String
        var automation: String
        var createdAt: Int64
        var deadline: Int64?
        var status = "pending"
        var hasOutcome = false
        var submitter: (kind: String, name: String)
        var approver: (kind: String, name: String)?
    }

    private var decisions: [String: Decision] = [:]
    private(set) var entries: [NaiveEntry] = []

    init(_ log: any EventStore) throws {
        for event in try log.read(from: 1, limit: .max) { take(event) }
    }

    private static let others: [String: String] = [
        "user.registered.v1": "user_registered", "user.role_changed.v1": "user_role_changed",
        "user.deactivated.v1": "user_deactivated", "user.activated.v1": "user_activated",
        "user.profile_changed.v1": "user_profile_changed", "user.password_changed.v1": "password_changed",
        "user.second_factor_set_up.v1": "second_factor_set_up", "user.code_used.v1": "second_factor_code_used",
        "login.opened.v1": "login_opened", "login.refreshed.v1": "login_refreshed", "login.closed.v1": "login_closed",
        "access.login_failed.v1": "login_failed", "access.code_refused.v1": "code_refused",
        "access.permission_refused.v1": "permission_refused", "access.socket_opened.v1": "socket_opened",
        "session.opened.v1": "session_opened", "session.closed.v1": "session_closed",
    ]

    private static func actor(_ text: String) -> (kind: String, name: String) {
        if text == "agent:unknown" { return ("ai", "maximus_ai") }
        for (prefix, kind) in [("agent:", "ai"), ("user:", "human"), ("operator:", "human"), ("system:", "system")]
        where text.hasPrefix(prefix) { return (kind, String(text.dropFirst(prefix.count))) }
        return ("system", text)
    }

    private mutating func take(_ event: RecordedEvent) {
        let data = (try? JSONParser.parse(event.data)) ?? .null
        guard data["decision_id"] != nil || !event.type.hasPrefix("decision.") else { return other(event) }
        if event.type.hasPrefix("decision.") { return decision(event, data) }
        guard let name = Self.others[event.type] else { return other(event) }
        var entry = NaiveEntry(event, part: 0, name)
        (entry.actorKind, entry.author) = Self.actor(event.actor)
        if event.type.hasPrefix("access.") || name.hasPrefix("second_factor") {
            (entry.actorKind, entry.author) = ("human", data["username"]?.stringValue ?? "")
        }
        entry.session = (data["session_id"] ?? data["login_id"])?.stringValue
        entries.append(entry)
    }

    private mutating func other(_ event: RecordedEvent) {
        var entry = NaiveEntry(event, part: 0, "other")
        (entry.actorKind, entry.author) = Self.actor(event.actor)
        entries.append(entry)
    }

    private mutating func decision(_ event: RecordedEvent, _ data: JSON) {
        let id = data["decision_id"]?.stringValue ?? ""
        let isFirst = decisions[id] == nil
        if event.type == "decision.submitted.v1", isFirst {
            let context = data["context"] ?? .null
            decisions[id] = Decision(
                target: context["action_params"]?["target"]?.stringValue ?? "unknown",
                risk: data["risk_level"]?.stringValue ?? "", automation: data["automation_level"]?.stringValue ?? "",
                createdAt: Self.microseconds(data["created_at"]) ?? 0,
                deadline: Self.microseconds(data["sla_deadline"]),
                submitter: Self.actor(event.actor))
        }
        let outcome = move(id, event, data)
        for (part, var entry) in parts(of: event, data, id).enumerated() {
            if let decision = decisions[id] {
                entry.decisionID = id
                entry.target = decision.target
                entry.risk = decision.risk
                entry.automation = decision.automation
                entry.status = decision.status
                entry.sla = outcome
                if outcome == "missed" { entry.tags.insert("sla_violation") }
                if event.type != "decision.submitted.v1" || !isFirst {
                    entry.waited = max(0, event.recordedAt.microseconds - decision.createdAt)
                }
            }
            entry.place = event.position * 4 + part
            entries.append(entry)
        }
    }

    private static func microseconds(_ json: JSON?) -> Int64? {
        json?.stringValue.flatMap { Timestamp(rfc3339: $0)?.microseconds }
    }

    /// Changes the decision; whether the event met or missed the deadline.
    private mutating func move(_ id: String, _ event: RecordedEvent, _ data: JSON) -> String? {
        guard var decision = decisions[id] else { return nil }
        var outcome: String?
        let isInTime = decision.deadline.map { event.recordedAt.microseconds <= $0 }
        switch event.type {
        case "decision.approved.v1":
            decision.status = "approved"
            decision.approver = ("human", data["operator_id"]?.stringValue ?? "")
            outcome = isInTime.map { $0 ? "met" : "missed" }
        case "decision.rejected.v1":
            decision.status = "rejected"
            outcome = isInTime.map { $0 ? "met" : "missed" }
        case "decision.escalated.v1":
            decision.status = "escalated"
            if data["operator_id"] != nil { outcome = isInTime.map { $0 ? "met" : "missed" } }
        case "decision.timed_out.v1":
            decision.status = "timeout"
            outcome = "missed"
        case "decision.cancelled.v1": decision.status = "cancelled"
        case "decision.executed.v1": decision.status = "executed"
        case "decision.execution_failed.v1": decision.status = "failed"
        default: break
        }
        if decision.hasOutcome { outcome = nil }
        if outcome != nil { decision.hasOutcome = true }
        decisions[id] = decision
        return outcome
    }

    private func parts(of event: RecordedEvent, _ data: JSON, _ id: String) -> [NaiveEntry] {
        var entry = NaiveEntry(event, part: 0, "")
        (entry.actorKind, entry.author) = Self.actor(event.actor)
        func said(_ names: String...) {
            var words: [String] = []
            for name in names {
                if let word = data[name]?.stringValue, !word.isEmpty, !words.contains(word) { words.append(word) }
            }
            entry.reason = words.isEmpty ? nil : words.joined(separator: "\n")
        }
        entry.session = data["session_id"]?.stringValue
        if let operatorID = data["operator_id"]?.stringValue { (entry.actorKind, entry.author) = ("human", operatorID) }
        switch event.type {
        case "decision.submitted.v1":
            entry.type = "decision_created"
            let automation = data["automation_level"]?.stringValue ?? ""
            let risk = data["risk_level"]?.stringValue ?? ""
            entry.tags = [automation == "full" ? "automated_decision" : "human_oversight_required"]
            if ["high", "critical"].contains(risk) { entry.tags.insert("\(risk)_risk") }
            if data["context"]?.text.contains("user_email") == true { entry.tags.insert("pii_involved") }
            if automation == "full" { return [entry] }
            var queued = NaiveEntry(event, part: 1, "decision_queued")
            (queued.actorKind, queued.author) = ("system", "hitl_framework")
            return [entry, queued]
        case "decision.approved.v1":
            entry.type = "decision_approved"
            said("comment", "reasoning")
        case "decision.rejected.v1":
            entry.type = "decision_rejected"
            entry.tags = ["human_override"]
            said("reason", "comment", "reasoning")
        case "decision.escalated.v1":
            entry.type = "decision_escalated"
            entry.tags = ["escalation"]
            if data["operator_id"] == nil { entry.author = "escalation_manager" }
            entry.actorKind = "system"
            said("reason", "comment", "reasoning")
        case "decision.sla_warned.v1": entry.type = "decision_sla_warned"
        case "decision.timed_out.v1": entry.type = "decision_timed_out"
        case "decision.cancelled.v1":
            entry.type = "decision_cancelled"
            said("reason")
        case "decision.executed.v1":
            entry.type = "decision_executed"
            let who = decisions[id]?.approver ?? decisions[id]?.submitter ?? ("ai", "maximus_ai")
            (entry.actorKind, entry.author) = who
        default:
            entry.type = "decision_failed"
            entry.tags = ["execution_failure"]
            (entry.actorKind, entry.author) = ("system", "hitl_framework")
            said("error")
        }
        return [entry]
    }
}
