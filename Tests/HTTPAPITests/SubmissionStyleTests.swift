import EventLog
import HTTPAPI
import HTTPTypes
import Testing
import VerdictTesting

/// The four styles in which programs ask, and what becomes of each member (governance-api 6.1 and 6.2).
@Suite("Styles of submission")
struct SubmissionStyleTests {
    /// Submits, and reads the decision back in its nested form.
    private func nested(_ body: String, path: String = "/test/enqueue") async throws -> Answer {
        let front = try FrontFixture()
        let answer = try await front.post(path, body)
        #expect(answer.status == .ok, "\(answer.text)")
        return try await front.get("/decision/\(answer["decision_id"]?.stringValue ?? "")")
    }

    @Test("nested")
    func nestedStyle() async throws {
        let decision = try await nested(
            """
            {"decision_id":"d1","risk_level":"high","automation_level":"supervised",\
            "context":{"action_type":"block_ip",\
            "action_params":{"target":"1.2.3.4","action":"block","n":[1,2.50]},"ai_reasoning":"because",\
            "confidence":0.950,"threat_score":9.9,"threat_type":"recon","metadata":{"source":"ids","z":1,"a":2}}}
            """)
        #expect(
            decision.text == """
                {"decision_id":"d1","status":"pending","risk_level":"high","automation_level":"supervised",\
                "created_at":"2026-01-15T12:00:00.000000Z","sla_deadline":"2026-01-15T12:10:00.000000Z",\
                "context":{"action_type":"block_ip","action_params":{"target":"1.2.3.4","action":"block","n":[1,2.50]},\
                "ai_reasoning":"because","confidence":0.950,"threat_score":9.9,"threat_type":"recon",\
                "metadata":{"source":"ids","z":1,"a":2}},"resolution":null}
                """)
    }

    @Test("flat", arguments: ["ai_reasoning", "reasoning"])
    func flatStyle(_ reasoning: String) async throws {
        let decision = try await nested(
            """
            {"decision_id":"d1","risk_level":"low","action_type":"isolate_host","target":"web-7","confidence":0.7,\
            "threat_score":8.50,"threat_type":"c2","\(reasoning)":"beacons","metadata":{"source":"ids"}}
            """)
        #expect(
            decision.text.contains(
                """
                "context":{"action_type":"isolate_host","action_params":{"target":"web-7"},"ai_reasoning":"beacons",\
                "confidence":0.7,"threat_score":8.50,"threat_type":"c2","metadata":{"source":"ids"}}
                """), "\(decision.text)")
    }

    @Test("the nested member wins over the flat one")
    func nestedWins() async throws {
        let decision = try await nested(
            #"{"confidence":0.1,"target":"flat","context":{"confidence":0.2,"action_params":{"target":"nested"}}}"#)
        #expect(decision["context"]?["confidence"] == 0.2)
        #expect(decision["context"]?["action_params"] == ["target": "nested"])
    }

    @Test("nothing in a free form says who is asked and by when")
    func freeFormDoesNotDecide() async throws {
        let decision = try await nested(
            """
            {"decision_id":"d1","risk_level":"critical","sla_seconds":60,"description":"outer",\
            "context":{"risk_level":"low","severity":"low","automation_level":"full","sla_seconds":5000,\
            "description":"inner"}}
            """)
        #expect(decision["status"] == "pending")
        #expect(decision["risk_level"] == "critical")
        #expect(decision["automation_level"] == "supervised")
        #expect(decision["sla_deadline"] == "2026-01-15T12:01:00.000000Z")
        #expect(decision["context"]?["ai_reasoning"] == "outer")
        #expect(
            decision["context"]?["metadata"] == [
                "risk_level": "low", "severity": "low", "automation_level": "full", "sla_seconds": 5000,
                "description": "inner",
            ])
    }

    @Test("a service may write anything into its context, and the record keeps it")
    func unusableFreeForm() async throws {
        let context = """
            {"action_type":"scale_up","confidence":"high","threat_score":"9.9/10","metadata":["a"],"description":["b"],\
            "risk_level":"bogus","ai_reasoning":7,"threat_type":"drift"}
            """
        let front = try FrontFixture()
        let answer = try await front.post(
            "/decisions", #"{"service_name":"s","risk_level":"LOW","decision_context":\#(context)}"#)
        #expect(answer.status == .ok, "\(answer.text)")
        #expect(answer["threat_type"] == "drift")
        var kept = try #require(try JSONParser.parse(context).objectValue)
        kept["threat_type"] = nil
        var metadata = try #require(answer["context"]?["metadata"]?.objectValue)
        metadata["service_name"] = nil
        #expect(metadata == kept)
    }

    @Test("what was said twice under one name is kept twice")
    func collisions() async throws {
        let decision = try await nested(
            #"{"decision_id":"d1","metadata":{"note":1},"note":2,"context":{"note":3,"other":4}}"#)
        #expect(
            decision["context"]?["metadata"] == ["note": 1, "body.note": 2, "other": 4, "context.note": 3])
    }

    @Test("tens of thousands of members without a place are all kept, in the time of one", .timeLimit(.minutes(1)))
    func manyMembers() async throws {
        let names = (0..<60_000).map { "\"m\($0)\":0" }
        let decision = try await nested("{\"decision_id\":\"d1\",\(names.joined(separator: ","))}")
        #expect(decision["context"]?["metadata"]?.objectValue?.members.count == 60_000)
        #expect(decision.text.contains("{\(names.joined(separator: ","))}"))
    }

    @Test("that of the Go command line client")
    func commandLineStyle() async throws {
        let decision = try await nested(
            """
            {"category":"deploy","severity":"CRITICAL","description":"roll out 2.0","details":{"a":[1]},\
            "requires_hitl":true,"tags":["x"],"context":{"environment":"prod"}}
            """)
        #expect(decision["risk_level"] == "critical")
        #expect(decision["context"]?["ai_reasoning"] == "roll out 2.0")
        #expect(
            decision["context"]?["metadata"] == [
                "category": "deploy", "details": ["a": [1]], "requires_hitl": true, "tags": ["x"],
                "environment": "prod",
            ])
    }

    @Test("that of the services")
    func serviceStyle() async throws {
        let decision = try await nested(
            """
            {"decision_type":"containment","description":"isolate it","context":{"host":"web-7"},\
            "recommended_action":"isolate","alternatives":["wait"],"requester":"candi","risk_level":"medium"}
            """)
        #expect(decision["risk_level"] == "medium")
        #expect(decision["context"]?["ai_reasoning"] == "isolate it")
        #expect(decision["context"]?["action_params"] == ["action": "isolate"])
        #expect(
            decision["context"]?["metadata"] == [
                "decision_type": "containment", "alternatives": ["wait"], "requester": "candi", "host": "web-7",
            ])
    }

    @Test("POST /decisions keeps what it has no place for, and answers with the whole decision")
    func submitterStyle() async throws {
        let front = try FrontFixture()
        let answer = try await front.post(
            "/decisions",
            """
            {"service_name":"candi","decision_context":{"host":"web-7","threat_score":7},"risk_level":"HIGH",\
            "requires_approval":true,"submitted_at":"2025-10-06T12:00:00Z"}
            """)
        #expect(answer["status"] == "pending")
        #expect(answer["risk_level"] == "high")
        #expect(answer["threat_score"] == 7)
        #expect(answer["submitted_by"] == "agent:candi")
        #expect(
            answer["context"]?["metadata"] == [
                "service_name": "candi", "requires_approval": true, "submitted_at": "2025-10-06T12:00:00Z",
                "host": "web-7",
            ])
        let id = try #require(answer["decision_id"]?.stringValue)
        #expect(try await front.get("/decisions/\(id)").bytes == answer.bytes)
    }

    @Test("a body of defaults")
    func defaults() async throws {
        let decision = try await nested("{}")
        let id = try #require(decision["decision_id"]?.stringValue)
        #expect(try #/[A-Za-z0-9_-]+/#.wholeMatch(in: id) != nil)
        #expect(decision["risk_level"] == "high")
        #expect(
            decision.text.contains(
                """
                "context":{"action_type":"block_ip","action_params":{},"ai_reasoning":"","confidence":0.0,\
                "threat_score":0.0,"threat_type":"unknown","metadata":{}}
                """), "\(decision.text)")
    }

    @Test(
        "the deadline follows from the risk, or from sla_seconds",
        arguments: [
            (#""risk_level":"critical""#, "12:05:00.000000"), (#""risk_level":"high""#, "12:10:00.000000"),
            (#""risk_level":"medium""#, "12:15:00.000000"), (#""risk_level":"low""#, "12:30:00.000000"),
            (#""sla_seconds":1.5"#, "12:00:01.500000"),
        ])
    func deadlines(_ member: String, _ time: String) async throws {
        #expect(try await nested("{\(member)}")["sla_deadline"] == .string("2026-01-15T\(time)Z"))
    }

    @Test(
        "an id is what its sender wrote, whatever a path makes of it",
        arguments: [
            ("a b", "a%20b"), ("50%", "50%25"), ("%41", "%2541"), ("schön", "sch%C3%B6n"), ("a+b?c#d", "a+b%3Fc%23d"),
            ("alice@host:1", "alice@host:1"), ("-7.50", "-7.50"),
        ])
    func identifiers(_ id: String, _ segment: String) async throws {
        let front = try FrontFixture()
        #expect(try await front.post("/test/enqueue", #"{"decision_id":"\#(id)"}"#)["decision_id"] == .string(id))
        #expect(try await front.get("/decision/\(segment)")["decision_id"] == .string(id))
    }

    @Test("900 KB of metadata come back as they were")
    func large() async throws {
        let front = try FrontFixture()
        let blob = String(repeating: "0123456789", count: 90_000)
        try await front.post("/test/enqueue", #"{"decision_id":"d1","metadata":{"blob":"\#(blob)"}}"#)
        #expect(try await front.get("/decision/d1")["context"]?["metadata"]?["blob"] == .string(blob))
    }
}
