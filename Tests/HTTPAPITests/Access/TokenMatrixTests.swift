import EventLog
import HTTPAPI
import HTTPTypes
import Identity
import NIOHTTP1
import Testing
import VerdictTesting

/// Everything that is wrong with a token, at every front that takes one: 401, and nothing changes (golden-path 5.2).
@Suite("Faults of tokens", .timeLimit(.minutes(1)))
struct TokenMatrixTests {
    enum Fault: String, CaseIterable, Sendable {
        case missing, garbage, empty, twoParts, wrongKey, algorithmNone, strippedSignature, longerHash, expired,
            notYetValid, issuedTomorrow, forAnother, withoutEnd, withoutName, nameIsNoText, unknownUser, refreshToken,
            temporary, unknownType, criticalExtension, oversized, ofAProgram, unknownCredential, revoked
    }

    private static let key = Array("a key of the tests, 32 bytes long".utf8)

    /// The token with that fault; nil for none at all.
    private static func token(_ fault: Fault, revoked: String, at now: Timestamp) -> String? {
        let now = Int(now.microseconds / 1_000_000)
        let good = HandMadeToken(of: "ada", until: now + 600)
        switch fault {
        case .missing: return nil
        case .garbage: return "invalid.jwt.token"
        case .empty: return ""
        case .twoParts: return good.unsigned
        case .wrongKey: return good.signed(with: key.reversed())
        case .algorithmNone: return good.with(header: ["alg": "none", "typ": "JWT"]).unsigned + "."
        case .strippedSignature: return good.unsigned + "."
        case .longerHash: return good.with(header: ["alg": "HS512", "typ": "JWT"]).signedBySHA512(with: key)
        case .expired: return HandMadeToken(of: "ada", until: now - 1).signed(with: key)
        case .notYetValid: return good.with("nbf", .number(JSONNumber(now + 60))).signed(with: key)
        case .issuedTomorrow: return good.with("iat", .number(JSONNumber(now + 86_400))).signed(with: key)
        case .forAnother: return good.with("aud", "somebody").signed(with: key)
        case .withoutEnd: return good.with("exp", nil).signed(with: key)
        case .withoutName: return good.with("sub", nil).signed(with: key)
        case .nameIsNoText: return good.with("sub", 7).signed(with: key)
        case .unknownUser: return HandMadeToken(of: "nobody", until: now + 600).signed(with: key)
        case .refreshToken: return good.with("type", "refresh").signed(with: key)
        case .temporary: return good.with("requires_2fa", true).signed(with: key)
        case .unknownType: return good.with("type", "service").signed(with: key)
        case .criticalExtension:
            return good.with(header: ["alg": "HS256", "crit": ["b64"]]).signed(with: key)
        case .oversized: return good.with("pad", .string(String(repeating: "x", count: 5000))).signed(with: key)
        case .ofAProgram: return HandMadeToken(of: "candi", until: now + 600).signed(with: key)
        case .unknownCredential: return ServiceCredential.prefix + String(repeating: "0", count: 64)
        case .revoked: return revoked
        }
    }

    private static let commands: [(HTTPRequest.Method, String, String?)] = [
        (.get, "/api/status", nil), (.get, "/api/auth/me", nil), (.get, "/api/auth/users", nil),
        (.get, "/api/audit", nil), (.get, "/api/decisions/pending", nil), (.get, "/api/decisions/a1", nil),
        (.post, "/api/decisions/submit", AnalysisSample.body("a2")),
        (.post, "/api/decisions/a1/decide", AnalysisSample.answer("approved")),
        (.post, "/api/decisions/a1/escalate?escalation_reason=x", nil),
        (.post, "/api/auth/register", AnalysisSample.registration("eve")), (.post, "/api/auth/logout", nil),
        (.get, "\(FrontFixture.base)/pending", nil),
        (.post, "\(FrontFixture.base)/test/enqueue", #"{"decision_id":"a3"}"#),
        (.post, "\(FrontFixture.base)/session/create", #"{"operator_id":"ada"}"#),
        (.post, "\(FrontFixture.base)/decision/a1/approve", #"{"session_id":"session-1"}"#), (.get, "/metrics", nil),
        (.get, "/api/v1/audit", nil), (.get, "/api/v1/audit/events", nil),
        (.get, "/api/v1/audit/events?format=csv&redact=false", nil), (.get, "/api/v1/audit/decisions/a1", nil),
        (.get, "/api/v1/audit/report", nil), (.get, "/api/v1/audit/sla", nil),
    ]

    private static let streams = [
        "\(FrontFixture.base)/stream/ada?session_id=session-1", "/governance/stream?session_id=session-1",
        "\(FrontFixture.base)/decision/a1/watch",
    ]

    @Test("no request is served, and nothing is written", arguments: Fault.allCases)
    func requests(_ fault: Fault) async throws {
        try await StaffedFront.run({ $0.authentication = .required }, keys: SigningKeys(current: Self.key)) { staff in
            try await Self.prepare(staff)
            let token = Self.token(fault, revoked: try await Self.revoked(staff), at: staff.time.now())
            let events = try await staff.events {
                for (method, path, body) in Self.commands {
                    let answer = try await staff.request(method, path, token: token, bytes: body.map { Array($0.utf8) })
                    #expect(answer.status == .unauthorized, "\(path)")
                    #expect(answer.headers[.wwwAuthenticate] == "Bearer")
                    let detail = fault == .missing ? "Not authenticated" : "Could not validate credentials"
                    #expect(answer.text == #"{"detail":"\#(detail)"}"#)
                }
            }
            #expect(events.isEmpty)
            // The same request with a good token would have been served.
            #expect(try await staff.get("/api/status").status == .ok)
        }
    }

    @Test("no stream is opened, and nothing is written", arguments: Fault.allCases)
    func streams(_ fault: Fault) async throws {
        try await StaffedFront.run({ $0.authentication = .required }, keys: SigningKeys(current: Self.key)) { staff in
            try await Self.prepare(staff)
            let token = Self.token(fault, revoked: try await Self.revoked(staff), at: staff.time.now())
            let events = try await staff.events {
                for path in Self.streams {
                    let answer = try await staff.request(.get, path, token: token)
                    #expect(answer.status == .unauthorized, "\(path)")
                    #expect(answer.headers[.contentType] == "application/json")
                }
            }
            #expect(events.isEmpty)
        }
    }

    @Test("no stream at a gateway is opened, and nothing is written", arguments: Fault.allCases)
    func gateways(_ fault: Fault) async throws {
        try await StaffedFront.run(
            {
                $0.authentication = .required
                $0.gateways = [FakeGateway.nobody]
                $0.gatewaySecret = Secret("hush")
            }, keys: SigningKeys(current: Self.key)
        ) { staff in
            try await Self.prepare(staff)
            let token = Self.token(fault, revoked: try await Self.revoked(staff), at: staff.time.now())
            let events = try await staff.events {
                for path in Self.streams.dropLast() {
                    let header: JSON = token.map { ["authorization": .string("Bearer \($0)")] } ?? .emptyObject
                    let query = token.map { "&token=\($0)" } ?? ""
                    for request in [
                        ["url": .string(path), "headers": header],
                        ["url": .string(path + query), "headers": .emptyObject],
                    ] as [JSON] {
                        let call: JSON = ["action": "connect", "token": "t1", "request": request]
                        let answer = try await staff.request(
                            .post, "/api/sse/callback?secret=hush", token: nil, bytes: call.bytes)
                        #expect(answer.status == .unauthorized, "\(path)")
                        // An empty text in a query is none.
                        let isMissing = token == nil || (token == "" && request["headers"] == .emptyObject)
                        let reason = isMissing ? "Not authenticated" : "Could not validate credentials"
                        #expect(answer.text == #"{"error":"\#(reason)"}"#)
                    }
                }
            }
            #expect(events.isEmpty)
        }
    }

    @Test("health answers all of them as it answers anybody", arguments: Fault.allCases)
    func health(_ fault: Fault) async throws {
        try await StaffedFront.run({ $0.authentication = .required }, keys: SigningKeys(current: Self.key)) { staff in
            let token = Self.token(fault, revoked: try await Self.revoked(staff), at: staff.time.now())
            for path in ["/health", "/api/health", "/health/live", "/health/ready", "\(FrontFixture.base)/health"] {
                let answer = try await staff.request(.get, path, token: token)
                #expect(answer.status == .ok)
                #expect(answer.text == (try await staff.request(.get, path, token: nil).text))
            }
        }
    }

    static let accepted: [(name: String, token: @Sendable (HandMadeToken, Int) -> HandMadeToken)] = [
        ("nothing but a name and an end", { token, _ in token }),
        ("the type that we write", { token, _ in token.with("type", "access") }),
        ("an issue time of now", { token, now in token.with("iat", .number(JSONNumber(now))) }),
        ("a clock that is half a minute ahead", { token, now in token.with("iat", .number(JSONNumber(now + 30))) }),
        ("a begin that is past", { token, now in token.with("nbf", .number(JSONNumber(now))) }),
        ("an end with decimals", { token, now in token.with("exp", .number(JSONNumber(Double(now) + 0.5))) }),
        ("an explicit no", { token, _ in token.with("requires_2fa", false) }),
        ("claims that we do not know", { token, _ in token.with("email", "a@b.c").with("permissions", ["read"]) }),
        ("a header without a type", { token, _ in token.with(header: ["alg": "HS256"]) }),
    ]

    @Test("what the contract permits is served", arguments: accepted.map(\.name))
    func good(_ name: String) async throws {
        let make = try #require(Self.accepted.first { $0.name == name }).token
        try await StaffedFront.run({ $0.authentication = .required }, keys: SigningKeys(current: Self.key)) {
            staff async throws in
            let now = Int(staff.time.now().microseconds / 1_000_000)
            let token = make(HandMadeToken(of: "ada", until: now + 600), now).signed(with: Self.key)
            #expect(try await staff.request(.get, "/api/status", token: token).status == .ok)
            #expect(try await staff.request(.get, "\(FrontFixture.base)/pending", token: token).status == .ok)
        }
    }

    @Test("a key may be shorter than its hash: the bytes are taken as they are", arguments: ["k", "short", "ü 🔑"])
    func shortKeys(_ key: String) async throws {
        let key = Array(key.utf8)
        try await StaffedFront.run(keys: SigningKeys(current: key)) { staff async throws in
            let now = Int(staff.time.now().microseconds / 1_000_000)
            let token = HandMadeToken(of: "ada", until: now + 600).signed(with: key)
            #expect(try await staff.request(.get, "/api/status", token: token).status == .ok)
        }
    }

    @Test("nothing that only tests send opens a door")
    func bypasses() async throws {
        try await StaffedFront.run({ $0.authentication = .required }) { staff in
            let fields: [(String, String)] = [
                ("X-Test", "true"), ("X-Test-Mode", "1"), ("X-Test-User", "ada"), ("X-Test-Environment", "test"),
                ("X-E2E-Test", "true"), ("X-Bypass-Auth", "true"), ("X-Skip-Auth", "1"), ("X-User", "ada"),
                ("X-Forwarded-User", "ada"), ("X-Remote-User", "ada"), ("X-Operator-ID", "ada"), ("X-Role", "admin"),
                ("X-Forwarded-For", "127.0.0.1"), ("X-Auth-Token", try #require(staff.token(of: .admin))),
                ("Cookie", "access_token=\(try #require(staff.token(of: .admin)))"),
                ("X-Environment", "development"), ("X-Internal", "true"), ("Authorization", "Test ada"),
            ]
            for (name, value) in fields {
                let name = try #require(HTTPField.Name(name))
                for path in ["/api/status", "\(FrontFixture.base)/pending", "/metrics", Self.streams[0]] {
                    let answer = try await staff.request(.get, path, token: nil, headers: [name: value])
                    #expect(answer.status == .unauthorized, "\(name) \(path)")
                }
            }
            let token = try #require(staff.token(of: .admin))
            for query in ["token", "access_token", "jwt"] {
                let answer = try await staff.request(.get, "/api/status?\(query)=\(token)", token: nil)
                #expect(answer.status == .unauthorized)
            }
        }
    }

    private static func prepare(_ staff: StaffedFront) async throws {
        try await staff.submit("a1")
        try await staff.fixture.openSession("ada")
    }

    /// A token of a login that is over.
    private static func revoked(_ staff: StaffedFront) async throws -> String {
        let token = try await staff.logIn("ada")
        #expect(try await staff.request(.post, "/api/auth/logout", token: token).status == .ok)
        return token
    }
}
