import HTTPTypes
import Testing

/// Every refusal of the operations that only read, and their plain success (governance-api 2).
@Suite("Reads, one request each")
struct ReadExchangeTests {
    private static let base = FrontFixture.base

    static let exchanges = [
        Exchange("the banner", .get, "/", .ok, contains: [#""health":"/health""#]),
        Exchange("health of the process", .get, "/health", .ok, contains: [#""status":"healthy""#]),
        Exchange("health of the governance API", .get, base + "/health", .ok, contains: [#""queue_size":1"#]),
        Exchange("a slash at the end changes nothing", .get, base + "/health/", .ok, contains: [#""queue_size":1"#]),
        Exchange("metrics", .get, "/metrics", .ok, contains: ["# TYPE verdict_http_requests_total counter"]),
        Exchange("the queue", .get, base + "/pending", .ok, contains: [#""total_pending":1"#]),
        Exchange(
            "the queue with a limit that is no number", .get, base + "/pending?limit=ten", .unprocessableContent,
            contains: [
                #"{"detail":[{"type":"int_parsing","loc":["query","limit"],"#,
                #""msg":"Input should be a valid integer, unable to parse string as an integer","input":"ten"}]}"#,
            ]),
        Exchange(
            "the queue with a negative limit", .get, base + "/pending?limit=-1", .unprocessableContent,
            contains: [#""loc":["query","limit"]"#]),
        Exchange(
            "the queue with a limit beyond all limits", .get, base + "/pending?limit=99999999999999999999", .ok,
            contains: [#""total":1"#]),
        Exchange("escalations", .get, base + "/escalations", .ok, contains: [#""total_escalations":0"#]),
        Exchange(
            "escalations with a limit that is no number", .get, base + "/escalations?limit=x", .unprocessableContent,
            contains: ["int_parsing"]),
        Exchange(
            "statistics of an unknown operator are zeros", .get, base + "/session/nobody/stats", .ok,
            contains: [#""operator_id":"nobody","total_sessions":0,"total_decisions_reviewed":0"#]),
        Exchange("a decision", .get, base + "/decision/d1", .ok, contains: [#""decision_id":"d1","status":"pending""#]),
        Exchange(
            "a decided decision can be read", .get, base + "/decision/d2", .ok, contains: [#""status":"approved""#]),
        Exchange(
            "an unknown decision", .get, base + "/decision/nope", .notFound,
            contains: [#"{"detail":"Decision nope not found"}"#]),
        Exchange(
            "an unknown decision whose id holds a slash", .get, base + "/decision/a%2Fb", .notFound,
            contains: [#"{"detail":"Decision a/b not found"}"#]),
        Exchange(
            "the status of a decision", .get, base + "/decision/d3/status", .ok,
            contains: [#"{"decision_id":"d3","status":"rejected"}"#]),
        Exchange("an id that is known only as far as its NUL", .get, base + "/decision/d1%00x", .notFound),
        Exchange(
            "the status of an unknown decision", .get, base + "/decision/nope/status", .notFound,
            contains: [#"{"detail":"Decision nope not found"}"#]),
        Exchange("the list", .get, base + "/decisions", .ok, contains: [#""total":3"#]),
        Exchange(
            "the list by an unknown status", .get, base + "/decisions?status=lost", .unprocessableContent,
            contains: [#""type":"enum","loc":["query","status"]"#]),
        Exchange(
            "the list by an unknown risk", .get, base + "/decisions?risk_level=huge", .unprocessableContent,
            contains: [#""type":"enum","loc":["query","risk_level"]"#]),
        Exchange(
            "the list from an offset that is no number", .get, base + "/decisions?offset=1.5", .unprocessableContent,
            contains: [#""type":"int_parsing","loc":["query","offset"]"#]),
        Exchange(
            "the whole decision", .get, base + "/decisions/d1", .ok,
            contains: [#""decision_id":"d1","status":"pending""#]),
        Exchange(
            "the whole of an unknown decision", .get, base + "/decisions/nope", .notFound,
            contains: [#"{"detail":"Decision nope not found"}"#]),
        Exchange(
            "the list in the alias dialect", .get, "/governance/decisions", .ok, contains: [#""status":"PENDING""#]),
        Exchange(
            "a decision in the alias dialect", .get, "/governance/decisions/d1", .ok, contains: [#""status":"PENDING""#]
        ),
        Exchange(
            "an unknown decision in the alias dialect", .get, "/governance/decisions/nope", .notFound,
            contains: [#"{"detail":"Decision nope not found"}"#]),
        Exchange("an unknown path", .get, "/nowhere", .notFound, contains: [#"{"detail":"Not Found"}"#]),
        Exchange(
            "an unknown path below the API", .get, base + "/nowhere", .notFound,
            contains: [#"{"detail":"Not Found"}"#]),
        Exchange(
            "an unknown path with POST", .post, base + "/nowhere", "{}", .notFound,
            contains: [#"{"detail":"Not Found"}"#]),
        Exchange("a path without its id", .get, base + "/decision/", .notFound, contains: [#"{"detail":"Not Found"}"#]),
        Exchange(
            "unknown parameters are ignored", .get, base + "/pending?page=x&cursor=y", .ok, contains: [#""total":1"#]),
        Exchange("HEAD is served where GET is", .head, base + "/decision/d1", .ok),
        Exchange("HEAD of an unknown decision", .head, base + "/decision/nope", .notFound),
    ]

    @Test("answers as the contract says and writes nothing", arguments: exchanges)
    func answers(_ exchange: Exchange) async throws {
        let front = try FrontFixture()
        try await front.furnish()
        try await exchange.check(front)
    }

    @Test("HEAD has no body")
    func head() async throws {
        let front = try FrontFixture()
        try await front.furnish()
        #expect(try await front.request(.head, FrontFixture.base + "/decision/d1").bytes.isEmpty)
    }

    @Test("every answer names its request")
    func requestID() async throws {
        let front = try FrontFixture()
        for path in ["/health", "/nowhere"] {
            let name = try #require(HTTPField.Name("X-Request-ID"))
            #expect(try await front.request(.get, path).headers[name]?.isEmpty == false)
        }
    }
}
