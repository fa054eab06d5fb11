import HTTPTypes
import Testing

/// Submissions, one request each (governance-api 6).
@Suite("Submissions, one request each")
struct SubmissionExchangeTests {
    private static let enqueue = FrontFixture.base + "/test/enqueue"
    private static let decisions = FrontFixture.base + "/decisions"

    private static func refused(
        _ name: String, _ body: String, _ parts: String..., path: String = enqueue
    ) -> Exchange {
        Exchange(name, .post, path, body, .unprocessableContent, contains: parts)
    }

    static let accepted = [
        Exchange(
            "a decision", .post, enqueue, #"{"decision_id":"new","risk_level":"low"}"#, .ok,
            contains: [
                #"{"status":"success","decision_id":"new","risk_level":"low","#,
                #""message":"Test decision enqueued successfully"}"#,
            ], events: ["decision.submitted.v1"]),
        Exchange(
            "an empty object is a decision of defaults", .post, enqueue, "{}", .ok, contains: [#""risk_level":"high""#],
            events: ["decision.submitted.v1"]),
        Exchange(
            "null is absent", .post, enqueue,
            #"{"decision_id":null,"risk_level":null,"automation_level":null,"context":null,"confidence":null}"#, .ok,
            contains: [#""risk_level":"high""#], events: ["decision.submitted.v1"]),
        Exchange(
            "a number is an id", .post, enqueue, #"{"decision_id":4711}"#, .ok, contains: [#""decision_id":"4711""#],
            events: ["decision.submitted.v1"]),
        Exchange(
            "words in any case", .post, enqueue,
            #"{"risk_level":"CRITICAL","automation_level":"Advisory","action_type":"Isolate_Host"}"#, .ok,
            contains: [#""risk_level":"critical""#], events: ["decision.submitted.v1"]),
        Exchange(
            "the longest id", .post, enqueue, #"{"decision_id":"\#(String(repeating: "x", count: 512))"}"#, .ok,
            events: ["decision.submitted.v1"]),
        Exchange(
            "the last of two members of one name", .post, enqueue, #"{"decision_id":"new","decision_id":"newer"}"#, .ok,
            contains: [#""decision_id":"newer""#], events: ["decision.submitted.v1"]),
        Exchange(
            "a service's decision", .post, decisions,
            #"{"service_name":"candi","decision_context":{},"risk_level":"HIGH","requires_approval":true}"#, .ok,
            contains: [#""status":"pending","risk_level":"high""#], events: ["decision.submitted.v1"]),
    ]

    static let refusals = [
        refused(
            "an unknown risk", #"{"risk_level":"huge"}"#, #""type":"enum","loc":["body","risk_level"]"#,
            #""input":"huge""#),
        refused("a risk that is no word", #"{"risk_level":3}"#, #""loc":["body","risk_level"]"#, #""input":3"#),
        refused(
            "an unknown automation level", #"{"automation_level":"robot"}"#,
            #""type":"enum","loc":["body","automation_level"]"#),
        refused(
            "an unknown action", #"{"context":{"action_type":"dance"}}"#,
            #""type":"enum","loc":["body","context","action_type"]"#),
        refused(
            "a context that is no object", #"{"context":[1]}"#, #""type":"dict_type","loc":["body","context"]"#,
            #""input":[1]"#),
        refused(
            "confidence that is no number", #"{"confidence":"very"}"#, #""loc":["body","confidence"]"#,
            #""input":"very""#),
        refused(
            "nested confidence that is no number", #"{"context":{"confidence":true}}"#,
            #""loc":["body","context","confidence"]"#),
        refused(
            "a number beyond all numbers, wherever it stands", #"{"metadata":{"x":[1e999]}}"#,
            #""type":"json_invalid","loc":["body",18]"#, "Number beyond the range of a double"),
        refused("a threat score that is no number", #"{"threat_score":{}}"#, #""loc":["body","threat_score"]"#),
        refused("parameters that are no object", #"{"context":{"action_params":"x"}}"#, #""type":"dict_type""#),
        refused("metadata that is no object", #"{"metadata":"x"}"#, #""type":"dict_type","loc":["body","metadata"]"#),
        refused(
            "an id with a slash", #"{"decision_id":"a/b"}"#, #""loc":["body","decision_id"]"#,
            "must not contain a slash"),
        refused(
            "an id with a control character", #"{"decision_id":"a\u0007b"}"#, #""loc":["body","decision_id"]"#,
            "must not contain control characters"),
        refused("an empty id", #"{"decision_id":""}"#, "must not be empty"),
        refused("an id of dots", #"{"decision_id":".."}"#, "must not be . or .."),
        refused(
            "an id that is too long", #"{"decision_id":"\#(String(repeating: "x", count: 513))"}"#,
            "must not be longer than 512 bytes"),
        refused(
            "an id that is an object", #"{"decision_id":{}}"#, #""type":"string_type","loc":["body","decision_id"]"#),
        refused("a deadline of no time", #"{"sla_seconds":0}"#, #""loc":["body","sla_seconds"]"#),
        refused("a deadline in the past", #"{"sla_seconds":-5}"#, #""loc":["body","sla_seconds"]"#),
        refused("a deadline that is no number", #"{"sla_seconds":"soon"}"#, #""loc":["body","sla_seconds"]"#),
        refused(
            "everything that is wrong, at once", #"{"decision_id":"a/b","risk_level":"x","confidence":"y"}"#,
            #"["body","decision_id"]"#, #"["body","risk_level"]"#, #"["body","confidence"]"#),
        refused(
            "an array", "[1]",
            #""type":"dict_type","loc":["body"],"msg":"Input should be a valid dictionary","input":[1]"#),
        refused("an array for a service", "[1]", #""type":"dict_type","loc":["body"]"#, path: decisions),
        refused("an unknown risk of a service", #"{"risk_level":"x"}"#, #""type":"enum""#, path: decisions),
        refused(
            "a service's context that is no object", #"{"decision_context":3}"#,
            #""type":"dict_type","loc":["body","decision_context"]"#, path: decisions),
    ]

    static let conflicts = [
        Exchange(
            "the same again leaves no event", .post, enqueue, same, .ok, contains: [#""decision_id":"d1""#]),
        Exchange(
            "other content under the id of one that waits", .post, enqueue, #"{"decision_id":"d1"}"#, .conflict,
            contains: [#"{"detail":"Decision already queued with other content: d1"}"#]),
        Exchange(
            "another risk under the id of one that waits", .post, enqueue,
            same.replacing("high", with: "critical"), .conflict,
            contains: [#"{"detail":"Decision already queued with other content: d1"}"#]),
        Exchange(
            "the id of an approved one", .post, enqueue, same.replacing("d1", with: "d2"), .conflict,
            contains: [#"{"detail":"Decision already resolved: d2"}"#]),
        Exchange(
            "the id of a rejected one", .post, decisions, #"{"decision_id":"d3"}"#, .conflict,
            contains: [#"{"detail":"Decision already resolved: d3"}"#]),
    ]

    /// What `d1` was submitted with.
    private static let same = """
        {"decision_id":"d1","risk_level":"high","context":{"action_type":"block_ip","action_params":\
        {"target":"192.0.2.1"},"ai_reasoning":"port scan","confidence":0.9,"threat_score":0.8,"threat_type":"scan"}}
        """

    @Test("taken into the queue", arguments: accepted)
    func accepts(_ exchange: Exchange) async throws {
        try await exchange.check(try FrontFixture())
    }

    @Test("refused, and nothing is written", arguments: refusals)
    func refuses(_ exchange: Exchange) async throws {
        try await exchange.check(try FrontFixture())
    }

    @Test("under an id that is taken", arguments: conflicts)
    func answersTaken(_ exchange: Exchange) async throws {
        let front = try FrontFixture()
        try await front.furnish()
        try await exchange.check(front)
    }
}
