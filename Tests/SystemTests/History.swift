import EventLog
import Testing

/// Decisions and sessions of every kind, and all that a server says of them.
struct History {
    private static let operators = ["alice@host", "bob@host"]
    /// Members that are computed from the time of the question.
    private static let timely: Set<String> = [
        "timestamp", "oldest_pending_seconds", "oldest_decision_age_seconds", "decisions_per_minute",
        "session_duration", "decisions_per_hour",
    ]

    private let decisionIDs: [String]
    private let session: String

    init(made client: ServerClient) async throws {
        session = try await client.openSession(Self.operators[0])
        let other = try await client.openSession(Self.operators[1], role: "soc_supervisor")
        var ids: [String] = []
        for (index, risk) in ["low", "medium", "high", "critical"].enumerated() {
            for (action, actor) in [("none", session), ("approve", other), ("reject", session), ("escalate", other)] {
                let id = "\(risk)-\(action)"
                let answer = try await client.enqueue(
                    id,
                    [
                        "risk_level": .string(risk), "target": .string("192.0.2.\(index)"), "threat_score": 9.50,
                        "reasoning": "Ünïcödé 🐟 \u{2028} \0 \"quoted\"", "extra": ["n": [1, nil, true]],
                    ])
                #expect(answer.status == 200)
                if let action = ServerClient.Action(rawValue: action) {
                    #expect(try await client.act(action, on: id, in: actor).status == 200)
                }
                ids.append(id)
            }
        }
        #expect(try await client.enqueue("by-itself", ["automation_level": "full", "risk_level": "low"]).status == 200)
        decisionIDs = ids + ["by-itself", "no-such-decision"]
    }

    /// Every answer by its path, without what the time of the question enters.
    func answers(of client: ServerClient) async throws -> [String: String] {
        var answers: [String: String] = [:]
        let api = ServerClient.api
        let lists = [
            "/", "/docs", "\(api)/escalations", "\(api)/escalations?decision_id=low-escalate&limit=1",
            "\(api)/decisions", "\(api)/decisions?status=approved,rejected&limit=3&offset=1",
            "\(api)/decisions?risk_level=HIGH", "/governance/decisions?status=PENDING", "/governance/decisions",
        ]
        let each = decisionIDs.flatMap { id in
            [
                "\(api)/decision/\(id)", "\(api)/decision/\(id)/status", "\(api)/decisions/\(id)",
                "/governance/decisions/\(id)",
            ]
        }
        for path in lists + each {
            let answer = try await client.get(path)
            answers[path] = "\(answer.status) \(answer.text)"
        }
        let statistics = Self.operators.map { "\(api)/session/\($0)/stats" }
        for path in ["/health", "\(api)/pending", "\(api)/pending?limit=2"] + statistics {
            let answer = try await client.get(path)
            answers[path] = "\(answer.status) \(Self.withoutTime(answer.json).text)"
        }
        answers["backlog"] = try await backlog(of: client)
        return answers
    }

    private static func withoutTime(_ json: JSON) -> JSON {
        guard let object = json.objectValue else { return json }
        return .object(
            JSONObject(
                object.members.filter { !timely.contains($0.key) }
                    .map { .init(key: $0.key, value: withoutTime($0.value)) }))
    }

    /// What a stream of the first operator begins with: the greeting, and four decisions that wait and four that were
    /// escalated.
    private func backlog(of client: ServerClient) async throws -> String {
        var stream = try await client.stream(
            "\(ServerClient.api)/stream/\(Self.operators[0])?session_id=\(session)")
        var events: [EventStream.Event] = []
        for _ in 0..<9 {
            guard let event = try await stream.next() else { break }
            events.append(event)
        }
        return events.map { "\($0.id)|\($0.name)|\($0.data)" }.joined(separator: "\n")
    }
}
