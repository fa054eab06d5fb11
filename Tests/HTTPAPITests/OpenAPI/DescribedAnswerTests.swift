import EventLog
import Evidence
import HTTPAPI
import HTTPTypes
import Identity
import Testing
import VerdictTesting

/// Every operation answers as the document says: what it does, and what it refuses.
@Suite("OpenAPI answers")
struct DescribedAnswerTests {
    /// A request and the status of its answer.
    struct Row: Sendable, CustomTestStringConvertible {
        let method: HTTPRequest.Method
        let path: String
        let sender: FurnishedFront.Sender
        let body: String?
        let headers: HTTPFields
        let status: Int

        init(
            _ method: HTTPRequest.Method, _ path: String, as sender: FurnishedFront.Sender = .nobody,
            _ body: String?, headers: HTTPFields = [:], _ status: Int = 200
        ) {
            self.method = method
            self.path = path
            self.sender = sender
            self.body = body
            self.headers = headers
            self.status = status
        }

        /// Without a body.
        init(
            _ method: HTTPRequest.Method, _ path: String, as sender: FurnishedFront.Sender = .nobody,
            _ status: Int = 200
        ) {
            self.init(method, path, as: sender, nil, status)
        }

        var testDescription: String { "\(method) \(path) \(status)" }
    }

    private static let base = FrontFixture.base

    static let systemRows: [Row] =
        [
            "/", "/metrics", "/health", "/api/health", "/health/ready", "/readyz", "/ws/health", "/health/live",
            "/healthz", "/openapi.json", "/docs", "/api/docs", "/api/redoc",
        ].map { Row(.get, $0) }

    static let readRows: [Row] = [
        Row(.get, base + "/health"),
        Row(.get, base + "/pending"),
        Row(.get, base + "/pending?limit=x", 422),
        Row(.get, base + "/escalations"),
        Row(.get, base + "/session/alice@host/stats"),
        Row(.get, base + "/decision/d1"),
        Row(.get, base + "/decision/a3"),
        Row(.get, base + "/decision/d2/status"),
        Row(.get, base + "/decision/nope/watch"),
        Row(.get, base + "/decisions"),
        Row(.get, base + "/decisions?status=lost", 422),
        Row(.get, base + "/decisions/a2"),
        Row(.get, base + "/stream/alice@host?session_id=nope", 401),
        Row(.get, base + "/stream/bob?session_id=session-1", 403),
        Row(.get, base + "/stream/alice@host", 422),
        Row(.get, "/governance/decisions"),
        Row(.get, "/governance/decisions/d3"),
        Row(.get, "/governance/stream", 422),
        Row(.get, "/governance/stream?session_id=nope", 401),
    ]

    static let commandRows: [Row] = [
        Row(.post, base + "/session/create", #"{"operator_id":"carol"}"#),
        Row(.post, base + "/session/create", "{}", 422),
        Row(.post, base + "/session/create", #"{"operator_id":"c"}"#, headers: [.idempotencyKey: "a b"], 422),
        Row(.post, base + "/test/enqueue", #"{"decision_id":"d4"}"#),
        Row(.post, base + "/test/enqueue", #"{"decision_id":"d4","risk_level":"low"}"#, 409),
        Row(.post, base + "/test/enqueue", #"{"risk_level":"huge"}"#, 422),
        Row(.post, base + "/decisions", #"{"decision_id":"d5","service_name":"soar"}"#),
        Row(.post, base + "/decisions", #"{"automation_level":"full","risk_level":"low"}"#),
        Row(.post, base + "/decisions", #"{"decision_id":"d5","risk_level":"low"}"#, 409),
        Row(.post, base + "/decision/d1/approve", #"{"session_id":"session-1"}"#),
        Row(.post, base + "/decision/d2/approve", #"{"session_id":"session-1"}"#, 409),
        Row(.post, base + "/decision/d4/reject", #"{"session_id":"session-1","reason":"no"}"#),
        Row(.post, base + "/decision/d2/reject", #"{"session_id":"session-1","reason":"no"}"#, 409),
        Row(.post, base + "/decision/d5/escalate", #"{"session_id":"session-1","escalation_reason":"large"}"#),
        Row(.post, base + "/decision/d2/escalate", #"{"session_id":"session-1","reasoning":"large"}"#, 409),
        Row(.post, base + "/decision/nope/escalate", #"{"session_id":"session-1","reasoning":"large"}"#, 404),
        Row(.post, base + "/session/close", #"{"session_id":"session-1"}"#),
        Row(.post, base + "/session/close", #"{"session_id":"nope"}"#, 404),
    ]

    static let loginRows: [Row] = [
        Row(
            .post, "/api/auth/login", "username=bob&password=a+long+password",
            headers: [.contentType: "application/x-www-form-urlencoded"]),
        Row(
            .post, "/api/auth/login", "username=bob&password=wrong",
            headers: [.contentType: "application/x-www-form-urlencoded"], 401),
        Row(.post, "/api/auth/login", "{}", 422),
        Row(.post, "/api/auth/refresh", #"{"refresh_token":"nope"}"#, 401),
        Row(.get, "/api/auth/me", as: .analyst),
        Row(.get, "/api/auth/me", as: .service),
        Row(.post, "/api/auth/2fa/verify?code=123456", as: .analyst, 400),
        Row(.post, "/api/auth/2fa/verify", as: .analyst, 422),
        Row(.post, "/api/auth/2fa/setup", as: .analyst),
        Row(.post, "/api/auth/2fa/verify?code=x", as: .analyst, 401),
        Row(
            .post, "/api/auth/password", as: .analyst,
            #"{"current_password":"wrong","new_password":"another password"}"#, 401),
        Row(.post, "/api/auth/logout", as: .service, 400),
        Row(.post, "/api/auth/logout", as: .analyst),
        Row(
            .post, "/api/auth/password", as: .admin,
            #"{"current_password":"a long password","new_password":"another password"}"#),
    ]

    static let userRows: [Row] = [
        Row(
            .post, "/api/auth/register", as: .admin,
            #"{"username":"carol","email":"carol@example.com","password":"a long password","full_name":""}"#),
        Row(
            .post, "/api/auth/register", as: .admin,
            #"{"username":"bob","email":"carol@example.com","password":"a long password","full_name":""}"#, 400),
        Row(.get, "/api/auth/users", as: .admin),
        Row(.patch, "/api/auth/users/bob", as: .admin, #"{"role":"viewer","full_name":"Robert"}"#),
        Row(.patch, "/api/auth/users/nobody", as: .admin, "{}", 404),
        Row(.patch, "/api/auth/users/bob", as: .admin, #"{"role":"service"}"#, 422),
        Row(.post, "/api/auth/users/bob/reset-2fa", as: .admin),
        Row(.post, "/api/auth/users/nobody/reset-2fa", as: .admin, 404),
        Row(.post, "/api/auth/services", as: .admin, #"{"username":"siem"}"#),
        Row(.post, "/api/auth/services/soar/credential", as: .admin),
        Row(.post, "/api/auth/services/bob/credential", as: .admin, 400),
        Row(.post, "/api/auth/services/nobody/credential", as: .admin, 404),
        Row(.post, "/api/auth/keys/rotate", as: .admin),
    ]

    private static func analysisRows(_ base: String) -> [Row] {
        [
            Row(.post, base + "/submit", as: .service, FurnishedFront.analysis("a1"), 400),
            Row(.post, base + "/submit", as: .service, "{}", 422),
            Row(.post, base + "/submit", as: .service, FurnishedFront.analysis("a4")),
            Row(.post, base + "/submit", as: .service, FurnishedFront.analysis("a5")),
            Row(.get, base + "/pending", as: .analyst),
            Row(.get, base + "/pending?limit=0", as: .analyst, 422),
            Row(.get, base + "/stats/summary", as: .service),
            Row(.get, base + "/a1", as: .service),
            Row(.get, base + "/a2", as: .analyst),
            Row(.get, base + "/d2", as: .analyst),
            Row(.get, base + "/nope", as: .analyst, 404),
            Row(.get, base + "/submit", as: .analyst, 404),
            Row(.get, base + "/stats", as: .analyst, 404),
            Row(.post, base + "/a4/decide", as: .analyst, #"{"status":"rejected","approved_actions":[]}"#),
            Row(.post, base + "/a2/decide", as: .analyst, #"{"status":"rejected","approved_actions":[]}"#, 400),
            Row(.post, base + "/nope/decide", as: .analyst, #"{"status":"rejected","approved_actions":[]}"#, 404),
            Row(.post, base + "/a1/decide", as: .analyst, #"{"status":"maybe","approved_actions":["sing"]}"#, 422),
            Row(.get, base + "/a2/response", as: .service),
            Row(.get, base + "/a3/response", as: .service),
            Row(.get, base + "/d3/response", as: .service),
            Row(.get, base + "/a1/response", as: .service, 404),
            Row(.get, base + "/a1/response?wait=x", as: .service, 422),
            Row(.post, base + "/a1/escalate?escalation_reason=large", as: .analyst),
            Row(.post, base + "/a5/escalate", as: .analyst, #"{"reason":"large"}"#),
            Row(.post, base + "/a3/escalate", as: .analyst, 422),
        ]
    }

    static let oversightRows: [Row] = [
        Row(.get, "/api/status", as: .service),
        Row(.get, "/api/ws/stats", as: .service),
        Row(.get, "/api/audit", as: .admin),
        Row(.get, "/api/audit?since=yesterday", as: .admin, 422),
    ]

    private static let audit = "/api/v1/audit"

    static let auditRows: [Row] = [
        Row(.get, audit),
        Row(.get, audit + "/events"),
        Row(.get, audit + "/events?limit=2&sort_by=risk_level&sort_order=asc"),
        Row(.get, audit + "/events", as: .admin),
        Row(.get, audit + "/events?redact=false", as: .admin),
        Row(.get, audit + "/events?redact=false", 401),
        Row(.get, audit + "/events?redact=false", as: .analyst, 403),
        Row(.get, audit + "/events?event_type=nothing", 422),
        Row(.get, audit + "/events?cursor=x", 422),
        Row(.get, audit + "/events", nil, headers: [.accept: "text/csv"]),
        Row(.get, audit + "/events?format=ndjson"),
        Row(.get, audit + "/events", nil, headers: [.accept: "image/png"], 406),
        Row(.get, audit + "/decisions/d1"),
        Row(.get, audit + "/decisions/a2", as: .admin),
        Row(.get, audit + "/decisions/nope", 404),
        Row(.get, audit + "/report"),
        Row(.get, audit + "/report", nil, headers: [.accept: "text/html"]),
        Row(.get, audit + "/report?format=csv"),
        Row(.get, audit + "/report?start_time=2026-01-16T00:00:00Z&end_time=2026-01-15T00:00:00Z", 422),
        Row(.get, audit + "/sla"),
        Row(.get, audit + "/sla?start_time=never", 422),
    ]

    static let adminRows: [Row] = {
        let (base, letters) = ("/api/v1/admin/projections", "/api/v1/admin/projections/dead-letters")
        return [
            Row(.get, base, as: .admin), Row(.get, base, 401), Row(.get, base, as: .analyst, 403),
            Row(.get, letters, as: .admin), Row(.get, letters + "?from=x", as: .admin, 422),
            Row(.post, base + "/rebuild?projection=users", as: .admin, 422),
            Row(.post, base + "/rebuild", as: .analyst, 403), Row(.post, base + "/rebuild", as: .admin, 202),
            Row(.post, letters + "/1/retry", as: .admin, 404), Row(.post, letters + "/one/retry", as: .admin, 422),
            Row(.post, letters + "/1/skip", as: .admin, #"{"reason":"known"}"#, 404),
            Row(.post, letters + "/1/skip", as: .admin, #"{"reason":""}"#, 422),
            Row(.post, letters + "/1/skip", as: .admin, "[", 422),
        ]
    }()

    /// Each table with a front of its own, for its rows follow one another.
    static let tables: [[Row]] = [
        systemRows, readRows, auditRows, commandRows, loginRows, userRows, oversightRows, adminRows,
        analysisRows("/api/decisions"),
        analysisRows("/api/hitl/decisions"),
    ]

    @Test("answers as described", arguments: tables)
    func answers(_ rows: [Row]) async throws {
        let description = try await APIDescription.open.value
        try await FurnishedFront.run { furnished in
            for row in rows {
                let answer = try await furnished.request(
                    row.method, row.path, as: row.sender, headers: row.headers, row.body)
                #expect(answer.status.code == row.status, "\(row) \(answer.text)")
                expectDescribed(answer, row.method, row.path, by: description)
            }
        }
    }

    /// They last; `OpenAPIStreamTests` has them.
    private static let streams: Set<String> = ["stream", "aliasStream"]
    /// What they take is made while the test runs: further down.
    private static let withSecrets: Set<String> = ["refresh", "verifySecondFactor"]
    /// They want an event that nobody can take; `DeadLetterTests` has one.
    private static let withDeadLetters: Set<String> = ["retryDeadLetter", "skipDeadLetter"]

    @Test("the tables above have a success of every operation")
    func complete() async throws {
        let description = try await APIDescription.open.value
        let done = Self.tables.flatMap(\.self).filter { [200, 202].contains($0.status) }
            .compactMap { description.operation($0.method, $0.path)?.operationID }
        let named = description.operations.map(\.operationID).filter { $0.hasPrefix("analysisNamed") }
        let missing = Set(description.operations.map(\.operationID))
            .subtracting(done).subtracting(Self.streams).subtracting(Self.withSecrets).subtracting(named)
            .subtracting(Self.withDeadLetters)
        #expect(missing.sorted() == [])
    }

    @Test("the words of other paths are ids too")
    func namedAnalyses() async throws {
        let description = try await APIDescription.open.value
        try await FurnishedFront.run { furnished in
            for analysisID in ["submit", "stats"] {
                _ = try await furnished.request(
                    .post, "/api/decisions/submit", as: .service, FurnishedFront.analysis(analysisID))
                for base in ["/api/decisions", "/api/hitl/decisions"] {
                    let answer = try await furnished.request(.get, "\(base)/\(analysisID)", as: .service)
                    #expect(answer.status == .ok)
                    expectDescribed(answer, .get, "\(base)/\(analysisID)", by: description)
                }
            }
        }
    }

    @Test("secrets that were given out are good for what is described")
    func secrets() async throws {
        let description = try await APIDescription.open.value
        try await FurnishedFront.run { furnished in
            let refreshed = try await furnished.request(
                .post, "/api/auth/refresh", #"{"refresh_token":"\#(furnished.refreshToken)"}"#)
            #expect(refreshed.status == .ok)
            expectDescribed(refreshed, .post, "/api/auth/refresh", by: description)
            let factor = try await furnished.request(.post, "/api/auth/2fa/setup", as: .analyst)
            let secret = try #require((factor["secret"]?.stringValue).flatMap { Base32.bytes($0) })
            let step = OneTimeCode.step(at: furnished.front.fixture.time.now())
            let path = "/api/auth/2fa/verify?code=\(OneTimeCode.code(of: secret, step: step))"
            let verified = try await furnished.request(.post, path, as: .analyst)
            #expect(verified.status == .ok, "\(verified.text)")
            expectDescribed(verified, .post, path, by: description)
        }
    }

    @Test("evidence answers as described")
    func evidence() async throws {
        var front = try FrontFixture()
        try front.keepEvidence()
        try await front.furnish()
        let description = try await APIDescription(of: front)
        let rows: [(operationID: String, path: String)] = [
            ("evidence", "/api/v1/evidence"), ("eventProof", "/api/v1/evidence/events/1.tlog-proof"),
            ("decisionProof", "\(Self.base)/decision/d2.tlog-proof"),
            ("evidenceBundle", "/api/v1/evidence/decisions/d2"), ("checkpoint", "/checkpoint"),
            ("tile", "/tile/entries/000.p/1"), ("eventProof", "/api/v1/evidence/events/999.tlog-proof"),
            ("decisionProof", "\(Self.base)/decision/nope.tlog-proof"), ("tile", "/tile/0/x"),
        ]
        for (operationID, path) in rows {
            let answer = try await front.request(.get, path)
            let operation = try #require(description.operations.first { $0.operationID == operationID })
            #expect(description.complaints(about: answer, of: operation) == [])
        }
        await front.evidence?.close()
    }

    @Test("the callback of gateways answers as described", arguments: Authentication.allCases)
    func gateways(_ authentication: Authentication) async throws {
        let front = try FrontFixture {
            $0.authentication = authentication
            $0.gateways = [FakeGateway.nobody]
            $0.gatewaySecret = Secret("hush")
            $0.bodySizeBytesMax = FurnishedFront.bodySizeBytesMax
        }
        try await front.furnish()
        let description = try await APIDescription(of: front)
        let operation = try #require(description.operations.first { $0.operationID == "gatewayCallback" })
        let secret: JSON = ["GatewaySecret": []]
        #expect(operation.security == (authentication == .open ? [.emptyObject, secret] : [secret]))
        func call(_ action: String, _ session: String) -> String {
            let url = "\(Self.base)/stream/alice@host?session_id=\(session)"
            return #"{"action":"\#(action)","token":"t1","request":{"url":"\#(url)","headers":{}}}"#
        }
        let rows: [(query: String, body: String, status: Int)] = [
            ("?secret=hush", call("disconnect", "session-1"), 200),
            // Nobody is there to send to, or the client has no token.
            ("?secret=hush", call("connect", "session-1"), authentication == .open ? 503 : 401),
            ("?secret=hush", call("connect", "none"), 401), ("?secret=hush", "{}", 400), ("?secret=hush", "[", 400),
            ("?secret=hush", String(repeating: " ", count: FurnishedFront.bodySizeBytesMax + 1), 413),
            ("", call("disconnect", "none"), 401),
            ("?secret=hush&gateway=http://elsewhere", call("disconnect", "none"), 403),
        ]
        for (query, body, status) in rows {
            let answer = try await front.request(.post, "/api/sse/callback\(query)", bytes: Array(body.utf8))
            #expect(answer.status.code == status, "\(query) \(body): \(answer.text)")
            #expect(description.complaints(about: answer, of: operation) == [])
        }
    }

    // MARK: What every operation refuses in the same way

    @Test(
        "without a token, and with one that is not enough, where authentication is open and where it is required",
        arguments: Authentication.allCases)
    func credentials(_ authentication: Authentication) async throws {
        let description = try await APIDescription.of(authentication)
        try await FurnishedFront.run {
            $0.authentication = authentication
        } _: { furnished in
            for operation in description.operations
            where !operation.security.isEmpty && !operation.security.contains(.emptyObject) {
                let nobody = try await check(operation, furnished, as: .nobody, description)
                #expect(nobody.status == .unauthorized, "\(operation.name)")
                guard !operation.security.contains(["ServiceCredential": []]) else { continue }
                let service = try await check(operation, furnished, as: .service, description)
                #expect(service.status == .forbidden, "\(operation.name)")
            }
        }
    }

    @Test("bodies that are no JSON, no object, no UTF-8, or too long")
    func bodies() async throws {
        let description = try await APIDescription.open.value
        let wrongBodies: [([UInt8], Int)] = [
            (Array("{".utf8), 422), (Array("[]".utf8), 422), ([0x22, 0xC3, 0x22], 400),
            (Array(repeating: 0x20, count: FurnishedFront.bodySizeBytesMax + 1), 413),
        ]
        try await FurnishedFront.run { furnished in
            for operation in description.operations where operation.takesJSON {
                let isNeeded = operation.json["requestBody"]?["required"] == true
                for (bytes, status) in wrongBodies {
                    let answer = try await check(operation, furnished, as: .admin, bytes: bytes, description)
                    #expect(answer.status.code == status || !isNeeded, "\(operation.name) \(answer.text)")
                }
            }
        }
    }

    @Test("names that nothing can have")
    func names() async throws {
        let description = try await APIDescription.open.value
        try await FurnishedFront.run { furnished in
            for operation in description.operations where operation.path.contains("{") && !operation.takesJSON {
                let answer = try await check(operation, furnished, as: .admin, name: "a%00b", description)
                #expect([404, 422].contains(answer.status.code), "\(operation.name)")
            }
        }
    }

    private func check(
        _ operation: APIDescription.Operation, _ furnished: FurnishedFront, as sender: FurnishedFront.Sender,
        name: String = "d2", bytes: [UInt8]? = nil, _ description: APIDescription
    ) async throws -> Answer {
        let method = try #require(HTTPRequest.Method(operation.method.uppercased()))
        let answer = try await furnished.request(
            method, operation.path(with: name), as: sender, headers: [.contentType: "application/json"], bytes: bytes)
        #expect(description.complaints(about: answer, of: operation) == [])
        return answer
    }
}
