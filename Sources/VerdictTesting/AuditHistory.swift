import EventLog
import Governance

/// A log with events of every kind, good and bad, made of random numbers that are the same in every run: also events
/// that the rules would never let in, and times that go back. They are written as they stand in a log, without the
/// domain's own code.
package struct AuditHistory {
    package static let operators = ["alice@host", "bob@host", "carol@host", "dave"]
    package static let targets = ["192.0.2.1", "192.0.2.2", "198.51.100.7", "files, all of them", "unknown"]

    /// An event to come.
    private struct Step {
        let type: String
        let actor: String
        let members: [String: JSON]
    }

    private struct Open {
        let decisionID: String
        let createdAt: Timestamp
        var steps: [Step]
    }

    private var random: SeededRandom
    private var now: Timestamp
    private var versions: [StreamName: Int] = [:]
    private var batch: [StreamAppend] = []
    private var open: [Open] = []
    private var made = 0
    private let log: any EventStore

    /// - Parameter start: of the first event.
    package init(in log: any EventStore, seed: UInt64, from start: Timestamp) {
        self.log = log
        random = SeededRandom(seed: seed)
        now = start
    }

    /// Appends the lives of that many more decisions, mixed with each other and with everything else that may happen.
    package mutating func append(decisions count: Int) throws {
        for _ in 0..<count {
            submit()
            if random.chance(20) { stageSession() }
            if random.chance(20) { stageIdentity() }
            if random.chance(5) { stageOddity() }
            while open.count > 12 { live() }
            if batch.count >= 200 { try flush() }
        }
        while !open.isEmpty, random.chance(90) { live() }
        try flush()
    }

    private mutating func flush() throws {
        if !batch.isEmpty { _ = try log.append(batch) }
        batch = []
    }

    // MARK: Time

    private mutating func pass() {
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<3: now = now - .seconds(Int.random(in: 1...900, using: &random))
        case 3..<6: now = now + .hours(Int.random(in: 1...200, using: &random))
        case 6..<30: break
        default: now = now + .seconds(Double.random(in: 0...90, using: &random))
        }
    }

    // MARK: Events

    private mutating func stage(_ stream: String, _ type: String, _ data: JSON, by actor: String) {
        var metadata = EventMetadata()
        if random.chance(50) { metadata.sourceAddress = "203.0.113.5" }
        let stream = StreamName(text: stream)
        let version = versions[stream, default: 0]
        versions[stream] = version + 1
        let event = NewEvent(
            id: EventID(at: now, random: random.next()), type: type, recordedAt: now, actor: actor, data: data.bytes,
            metadata: metadata)
        batch.append(StreamAppend(stream, expecting: .exact(version), [event]))
    }

    private static func object(_ members: [String: JSON]) -> JSON {
        .object(JSONObject(members.sorted { $0.key < $1.key }.map { .init(key: $0.key, value: $0.value) }))
    }

    // MARK: Decisions

    private mutating func submit() {
        made += 1
        pass()
        let id = "d\(made)"
        let risk = random.pick(["low", "medium", "high", "critical"])
        let automation = random.chance(15) ? "full" : random.pick(["supervised", "advisory", "manual"])
        let asks = automation != "full"
        let submitter = random.pick([
            "agent:candi", "agent:unknown", "agent:soar", "user:\(random.pick(Self.operators))",
        ])
        let action = random.pick(ActionType.allCases).rawValue
        let deadline = JSON.string((now + .minutes(10)).rfc3339)
        stage(
            "decision/\(id)", "decision.submitted.v1",
            [
                "decision_id": .string(id), "risk_level": .string(risk), "automation_level": .string(automation),
                "submitted_by": .string(submitter), "priority_score": 0.5, "created_at": .string(now.rfc3339),
                "sla_deadline": asks ? deadline : .null,
                "warn_at": asks ? .string((now + .minutes(7)).rfc3339) : .null,
                "context": [
                    "action_type": .string(action), "action_params": ["target": .string(random.pick(Self.targets))],
                    "ai_reasoning": "it looks odd", "confidence": 0.5, "threat_score": 0.25, "threat_type": "scan",
                    "metadata": random.chance(15) ? ["reporter": ["user_email": "a@b.c", "age": 7]] : .emptyObject,
                ],
            ], by: submitter)
        let notice: [String: JSON] = [
            "risk_level": .string(risk), "action_type": .string(action), "sla_deadline": deadline,
        ]
        open.append(Open(decisionID: id, createdAt: now, steps: asks ? fate(notice) : automaticFate()))
    }

    private mutating func automaticFate() -> [Step] {
        random.chance(50)
            ? [Step(type: "executed", actor: "system:executor", members: ["result": ["ok": true]])]
            : [
                Step(
                    type: "execution_failed", actor: "system:executor",
                    members: ["error": "No executor registered, said the Machine"])
            ]
    }

    /// What becomes of a decision that waits for a person.
    private mutating func fate(_ notice: [String: JSON]) -> [Step] {
        var steps: [Step] = []
        if random.chance(30) { steps.append(Step(type: "sla_warned", actor: "system:sla-clock", members: notice)) }
        if random.chance(15) {
            steps.append(Step(type: "timed_out", actor: "system:sla-clock", members: notice))
            if random.chance(70) {
                steps.append(
                    Step(
                        type: "escalated", actor: "system:sla-clock",
                        members: escalation("timeout", "SLA deadline passed")))
            }
        }
        while random.chance(20) { steps.append(answer("escalated", escalation("operator_request", "too big for me"))) }
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<45:
            steps.append(answer("approved", [:]))
            if random.chance(30) {
                steps.append(Step(type: "executed", actor: "system:executor", members: ["result": ["blocked": 1]]))
            }
            if random.chance(10) {
                steps.append(
                    Step(type: "execution_failed", actor: "system:executor", members: ["error": "Connection refused"]))
            }
        case 45..<80:
            steps.append(answer("rejected", ["reason": .string(random.pick(["", "too WIDE", "100 % sure?"]))]))
        case 80..<85: steps.append(Step(type: "cancelled", actor: "system:ledger", members: ["reason": "gone"]))
        default: break
        }
        return steps
    }

    private func escalation(_ type: String, _ reason: String) -> [String: JSON] {
        [
            "type": .string(type), "from_role": "soc_operator", "to_role": "ciso", "requested_target": .null,
            "reason": .string(reason), "rule_id": .null, "notify": ["email"],
        ]
    }

    private mutating func answer(_ type: String, _ more: [String: JSON]) -> Step {
        let operatorID = random.pick(Self.operators)
        var members = more
        members["operator_id"] = .string(operatorID)
        members["session_id"] = random.chance(80) ? .string("session-\(Int.random(in: 1...6, using: &random))") : .null
        members["comment"] = .string(random.pick(["", "seen", "Known scanner, block it", "früher schon", "=1+1"]))
        members["reasoning"] = random.chance(30) ? "because" : .null
        if random.chance(20) { members["named_actions"] = ["block_ip"] }
        return Step(type: type, actor: "operator:\(operatorID)", members: members)
    }

    /// The next step of one of the open decisions.
    private mutating func live() {
        let place = Int.random(in: 0..<open.count, using: &random)
        guard !open[place].steps.isEmpty else {
            open.remove(at: place)
            return
        }
        let step = open[place].steps.removeFirst()
        let decision = open[place]
        var members = step.members
        members["decision_id"] = .string(decision.decisionID)
        if members["operator_id"] != nil { members["decision_created_at"] = .string(decision.createdAt.rfc3339) }
        pass()
        stage(
            "decision/\(decision.decisionID)", "decision.\(step.type).v1", Self.object(members), by: step.actor)
    }

    // MARK: Everything else

    private mutating func stageSession() {
        let id = "session-\(Int.random(in: 1...6, using: &random))"
        let operatorID = random.pick(Self.operators)
        pass()
        guard random.chance(70) else {
            let reason = random.pick(["ended", "expired"])
            return stage(
                "session/\(id)", "session.closed.v1",
                ["session_id": .string(id), "operator_id": .string(operatorID), "reason": .string(reason)],
                by: reason == "ended" ? "operator:\(operatorID)" : "system:sla-clock")
        }
        stage(
            "session/\(id)", "session.opened.v1",
            [
                "session_id": .string(id), "operator_id": .string(operatorID), "operator_name": "Somebody",
                "operator_role": "soc_operator", "created_at": .string(now.rfc3339),
                "expires_at": .string((now + .hours(8)).rfc3339), "ip_address": "192.0.2.99", "user_agent": .null,
                "metadata": .emptyObject,
            ], by: "operator:\(operatorID)")
    }

    private mutating func stageIdentity() {
        pass()
        let name = random.pick(Self.operators)
        let moment = JSON.string(now.rfc3339)
        let changer = random.pick(["user:admin", "system:command-line"])
        func change(_ more: [String: JSON] = [:]) -> [String: JSON] {
            more.merging(["username": .string(name), "changed_by": .string(changer), "changed_at": moment]) { $1 }
        }
        let login: JSON = .string("login-\(Int.random(in: 1...4, using: &random))")
        func loggedIn(_ more: [String: JSON]) -> [String: JSON] {
            more.merging(["login_id": login, "username": .string(name), "expires_at": moment]) { $1 }
        }
        let events: [(type: String, actor: String, members: [String: JSON])] = [
            ("user.role_changed.v1", changer, change(["role": "viewer"])), ("user.deactivated.v1", changer, change()),
            ("user.activated.v1", changer, change()),
            ("user.password_changed.v1", changer, change(["password_hash": "secret-hash", "is_well_known": false])),
            ("login.opened.v1", "user:\(name)", loggedIn(["factor": "code", "opened_at": moment])),
            ("login.refreshed.v1", "user:\(name)", loggedIn(["generation": 2])),
            ("login.closed.v1", "user:\(name)", loggedIn(["reason": "logged_out"])),
            ("access.login_failed.v1", "anonymous", ["username": .string(name), "reason": "invalid_credentials"]),
            ("access.code_refused.v1", "user:\(name)", ["username": .string(name)]),
            (
                "access.permission_refused.v1", "user:\(name)",
                ["username": .string(name), "operation": "GET /api/audit"]
            ),
            ("access.socket_opened.v1", "user:\(name)", ["username": .string(name)]),
        ]
        let event = random.pick(events)
        let stream =
            switch event.type.prefix(4) {
            case "user": "user/\(name)"
            case "logi": "login/\(login.stringValue ?? "")"
            default: "access/all"
            }
        stage(stream, event.type, Self.object(event.members), by: event.actor)
    }

    /// What no rule lets in, and what another program may have written.
    private mutating func stageOddity() {
        pass()
        made += 1
        switch Int.random(in: 0..<4, using: &random) {
        case 0: stage("weather/here", "weather.changed.v1", ["to": "rain"], by: "station")
        case 1: stage("decision/broken-\(made)", "decision.approved.v1", .emptyObject, by: "user:eve")
        case 2:
            stage(
                "decision/ghost-\(made)", "decision.approved.v1",
                [
                    "decision_id": .string("ghost-\(made)"), "operator_id": "bob@host", "session_id": .null,
                    "comment": "boo", "reasoning": .null, "decision_created_at": .string(now.rfc3339),
                ], by: "operator:bob@host")
        default:
            // A second submission under one id.
            guard let again = batch.first(where: { $0.events.first?.type == "decision.submitted.v1" }),
                let event = again.events.first, let data = try? JSONParser.parse(event.data)
            else { return }
            stage(again.stream.text, event.type, data, by: event.actor)
        }
    }
}
