import EventLog

/// Events of every kind that a log may hold, in an order that no rules have made: decisions that are answered before they
/// are asked, sessions that nobody opened, texts and numbers of every kind, payloads that others wrote or that are damaged.
struct WildHistory {
    /// How often something comes that our own rules and writers would not write, 0 to 1.
    let wildness: Double
    private var random: SeededGenerator
    private var now: Int64 = 1_767_225_600_000_000

    init(seed: UInt64, wildness: Double) {
        random = SeededGenerator(seed: seed)
        self.wildness = wildness
    }

    mutating func events(_ count: Int) -> [StreamAppend] {
        // Some of each kind at first, so that the others find something.
        ids.map { submission($0) } + operators.enumerated().map { opening("s\($0)", $1) } + [
            registration("ada"), registration("bob"),
        ]
            + (0..<count).map { _ in next() }
    }

    // MARK: Choices

    private let ids = (0..<12).map { "d\($0)" } + ["é", "e\u{301}", "a\"b\\c", "tab\there"]
    private let operators = ["alice@host", "bob@host", "o \"q\" \u{7F}"]
    private let texts = [
        "", "plain", "a \"quote\" and a \\", "nul \0 inside", "tab\t line\n \u{1}\u{1F}", "é 🐟 e\u{301}",
        String(repeating: "long ", count: 80),
    ]

    private mutating func chance(_ share: Double) -> Bool { Double.random(in: 0..<1, using: &random) < share }

    private mutating func one<Element>(of elements: [Element]) -> Element {
        elements[Int.random(in: 0..<elements.count, using: &random)]
    }

    private mutating func text() -> JSON { .string(one(of: texts)) }

    private mutating func optionalText() -> JSON { chance(0.3) ? .null : text() }

    private mutating func id() -> String { chance(wildness) ? "ghost" : one(of: ids) }

    private mutating func time() -> JSON {
        .string(Timestamp(microseconds: now + Int64.random(in: -90_000_000...90_000_000, using: &random)).rfc3339)
    }

    private mutating func value() -> JSON {
        let values: [JSON] = [
            nil, true, 0, -17, "text", "", [], [1, "two", [nil]], [:], ["a": ["b": ["c": "é\n"]]],
            .number(JSONNumber(Double.random(in: -1e6...1e6, using: &random))), .string(one(of: texts)),
        ]
        return one(of: values)
    }

    private mutating func object() -> JSON {
        var object = JSONObject()
        for name in ["a", "target", "action", "\"", "n\n"] where chance(0.4) { object[name] = value() }
        return .object(object)
    }

    // MARK: Events

    private mutating func next() -> StreamAppend {
        now += Int64.random(in: 0...30_000_000, using: &random)
        let id = id()
        let body: [(String, JSON)] = [("decision_id", .string(id))]
        switch Int.random(in: 0..<22, using: &random) {
        case 0: return chance(wildness) ? submission(id) : submission("n\(now)")
        case 1, 2, 3: return decision(id, "approved", body + verdict())
        case 4, 5: return decision(id, "rejected", body + verdict() + [("reason", text())])
        case 6, 7, 8: return decision(id, "escalated", body + escalation())
        case 9: return decision(id, "sla_warned", body + notice())
        case 10: return decision(id, "timed_out", body + notice())
        case 11: return decision(id, "cancelled", body + [("reason", text())])
        case 12: return decision(id, "executed", body + [("result", value())])
        case 13: return decision(id, "execution_failed", body + [("error", text())])
        case 14: return chance(wildness) ? opening("s0", "carol") : opening("s\(now)", one(of: operators))
        case 15:
            let session = chance(wildness) ? "nobody's" : "s\(Int.random(in: 0...2, using: &random))"
            return closing(session, one(of: operators))
        case 16: return chance(wildness) ? registration("ada") : registration("u\(now)")
        case 17: return changeOfRole(chance(wildness) ? "nobody" : "ada")
        case 18: return login(chance(wildness) ? "nobody" : "bob")
        case 19: return append("access.socket_opened.v1", "access/all", [("username", "ada")])
        case 20: return append("weather.changed.v1", "weather/here", [("to", "rain")])
        default: return damaged(id)
        }
    }

    private mutating func decision(_ id: String, _ type: String, _ members: [(String, JSON)]) -> StreamAppend {
        append("decision.\(type).v1", "decision/\(chance(wildness / 10) ? "another" : id)", members)
    }

    private mutating func submission(_ id: String) -> StreamAppend {
        var members: [(String, JSON)] = [
            ("decision_id", .string(id)), ("risk_level", .string(one(of: ["low", "medium", "high", "critical"]))),
            ("automation_level", .string(one(of: ["full", "supervised", "advisory", "manual"]))),
            ("submitted_by", .string(one(of: ["agent:x", "user:é", "nul \0 too"]))),
            ("priority_score", .number(JSONNumber(Double.random(in: 0...1, using: &random)))), ("created_at", time()),
        ]
        if chance(0.3) { members.append(("requested_at", time())) }
        members += [("sla_deadline", chance(0.3) ? .null : time()), ("warn_at", chance(0.3) ? .null : time())]
        let context: JSON = [
            "action_type": .string(one(of: ["block_ip", "send_alert"])), "action_params": object(),
            "ai_reasoning": text(),
            "confidence": .number(JSONNumber(0.25)), "threat_score": .number(JSONNumber(9)), "threat_type": text(),
            "metadata": object(),
        ]
        return append("decision.submitted.v1", "decision/\(id)", members + [("context", context)])
    }

    private mutating func verdict() -> [(String, JSON)] {
        let somebody = chance(wildness) ? "nobody" : one(of: operators + ["ada", "bob"])
        var members: [(String, JSON)] = [
            ("operator_id", .string(somebody)),
            ("session_id", one(of: [nil, "s0", "s1", "s2", "login-1"])), ("comment", text()),
            ("reasoning", optionalText()),
            ("decision_created_at", time()),
        ]
        if chance(0.4) { members.append(("named_actions", one(of: [[], ["block_ip", "é \"x\""]]))) }
        return members
    }

    private mutating func escalation() -> [(String, JSON)] {
        [
            ("type", one(of: ["timeout", "operator_request", "high_risk"])), ("from_role", text()), ("to_role", text()),
            ("requested_target", optionalText()), ("reason", text()), ("rule_id", optionalText()),
            ("notify", one(of: [[], ["email", "chat"]])),
        ] + (chance(0.5) ? verdict() : [])
    }

    private mutating func notice() -> [(String, JSON)] {
        [("risk_level", "high"), ("action_type", "block_ip"), ("sla_deadline", time())]
    }

    private mutating func opening(_ id: String, _ operatorID: String) -> StreamAppend {
        append(
            "session.opened.v1", "session/\(id)",
            [
                ("session_id", .string(id)), ("operator_id", .string(operatorID)), ("operator_name", text()),
                ("operator_role", text()), ("created_at", time()), ("expires_at", time()),
                ("ip_address", optionalText()),
                ("user_agent", optionalText()), ("metadata", object()),
            ])
    }

    private mutating func closing(_ id: String, _ operatorID: String) -> StreamAppend {
        append(
            "session.closed.v1", "session/\(id)",
            [
                ("session_id", .string(id)), ("operator_id", .string(operatorID)),
                ("reason", one(of: ["expired", "ended"])),
            ])
    }

    private mutating func registration(_ name: String) -> StreamAppend {
        append(
            "user.registered.v1", "user/\(name)",
            [
                ("username", .string(name)), ("email", "a@example.org"), ("full_name", one(of: ["", "A \"V\" é"])),
                ("role", "analyst"), ("rank", "soc_operator"), ("password_hash", nil),
                ("has_well_known_password", false),
                ("credential_hash", nil), ("registered_by", "user:admin"), ("created_at", time()),
            ])
    }

    private mutating func changeOfRole(_ name: String) -> StreamAppend {
        append(
            "user.role_changed.v1", "user/\(name)",
            [("username", .string(name)), ("changed_by", "user:admin"), ("changed_at", time()), ("role", "viewer")])
    }

    private mutating func login(_ name: String) -> StreamAppend {
        append(
            "login.opened.v1", "login/l\(now)",
            [
                ("login_id", .string("l\(now)")), ("username", .string(name)), ("factor", "none"),
                ("opened_at", time()),
                ("expires_at", time()),
            ])
    }

    private mutating func damaged(_ id: String) -> StreamAppend {
        guard chance(wildness) else { return decision(id, "sla_warned", [("decision_id", .string(id))] + notice()) }
        let payload = one(of: ["", "{}", "no JSON", #"{"decision_id":7}"#, #"{"decision_id":"d1","risk_level":"odd"}"#])
        return append("decision.submitted.v1", "decision/\(id)", Array(payload.utf8))
    }

    // MARK: Appending

    private mutating func append(_ type: String, _ stream: String, _ members: [(String, JSON)]) -> StreamAppend {
        var payload = JSON.object(JSONObject(members.map { .init(key: $0.0, value: $0.1) })).text
        if chance(wildness) { payload = foreign(payload) }
        return append(type, stream, Array(payload.utf8))
    }

    /// The same payload, or nearly, as somebody else might write it.
    private mutating func foreign(_ payload: String) -> String {
        switch Int.random(in: 0..<8, using: &random) {
        case 0: payload.replacing(":", with: ": ")
        case 1: " \(payload)\n"
        case 2: payload.replacing("a", with: #"\u0061"#)
        case 3: payload.replacing("{", with: #"{"twice":1,"twice":2,"#).replacing(",}", with: "}")
        case 4: payload.replacing("0.25", with: one(of: ["2.5e-1", "1e999", "0.250000000000000000001", "-0"]))
        case 5: payload.replacing("null", with: "17")
        case 6: payload.replacing("/", with: #"\/"#).replacing("é", with: #"\u00e9"#)
        default: String(payload.dropLast())
        }
    }

    private mutating func append(_ type: String, _ stream: String, _ payload: [UInt8]) -> StreamAppend {
        var metadata = EventMetadata()
        metadata.correlationID = one(of: ["yyy", "\"idempotencykey\""])
        if chance(0.2) {
            metadata.idempotencyKey = "key-\(Int.random(in: 0..<40, using: &random))"
            if chance(0.9) { metadata.requestHash = "hash" }
        }
        let event = NewEvent(
            id: EventID(at: Timestamp(microseconds: now), random: random.next()), type: type,
            recordedAt: Timestamp(microseconds: now), actor: one(of: ["system:test", "nul \0 actor"]), data: payload,
            metadata: metadata)
        return StreamAppend(StreamName(text: stream), expecting: .any, [event])
    }
}
