import EventLog
import HTTPAPI
import Identity
import Ledger
import NIOHTTP1
import Testing
import VerdictTesting

/// Streams at gateways where authentication is required: whoever may have a stream of this server may have it there, for
/// as long (sse-gateway 5 and 19, golden-path 7).
@Suite("Streams at gateways under tokens", .timeLimit(.minutes(1)))
struct GatewayUnderTokensTests {
    private static let base = FrontFixture.base
    static let secret = "a secret of the tests"

    /// A server whose streams a gateway carries.
    private struct Carried: Sendable {
        let live: LiveFront
        let gateway: FakeGateway
        let tokens: [Caller: String]

        /// Asks for a stream as a gateway does.
        ///
        /// - Parameters:
        ///   - token: the name of the stream at the gateway.
        ///   - url: what the client has asked the gateway for.
        func connect(
            _ token: String, _ url: String, as credential: String?, headers: [String: String] = [:],
            secret: String? = GatewayUnderTokensTests.secret
        ) async throws -> (status: Int, json: JSON) {
            var fields = headers
            if let credential { fields["authorization"] = "Bearer \(credential)" }
            return try await call(
                ["action": "connect", "token": .string(token), "request": Self.request(url, fields)], secret: secret)
        }

        func call(_ body: JSON, secret: String? = GatewayUnderTokensTests.secret) async throws -> (
            status: Int, json: JSON
        ) {
            let query = secret.map { "?secret=\($0.replacing(" ", with: "%20"))" } ?? ""
            return try await live.send(.POST, "/api/sse/callback\(query)", body.text)
        }

        private static func request(_ url: String, _ headers: [String: String]) -> JSON {
            let members = headers.map { JSONObject.Member(key: $0.key, value: .string($0.value)) }
            return ["url": .string(url), "headers": .object(JSONObject(members))]
        }

        /// A session of the analyst, by the login of that token.
        func openSession(_ credential: String) async throws -> String {
            let answer = try await live.send(
                .POST, "\(GatewayUnderTokensTests.base)/session/create", token: credential, #"{"operator_id":"ann"}"#)
            return try #require(answer.json["session_id"]?.stringValue)
        }
    }

    private static func run(
        _ configure: @Sendable @escaping (inout FrontConfiguration) -> Void = { _ in },
        _ body: @Sendable @escaping (Carried) async throws -> Void
    ) async throws {
        try await FakeGateway.run { gateway in
            try await StaffedFront.runLive({
                $0.authentication = .required
                $0.gateways = [gateway.address]
                $0.gatewaySecret = Secret(secret)
                $0.validityInterval = .seconds(0.05)
                configure(&$0)
            }) { live, tokens in
                try await body(Carried(live: live, gateway: gateway, tokens: tokens))
            }
        }
    }

    // MARK: Opening

    @Test("a good token opens a stream, in the header or in the query", arguments: ["bearer", "BEARER", "query"])
    func good(_ place: String) async throws {
        try await Self.run { carried in
            let ann = try #require(carried.tokens[.analyst])
            let session = try await carried.openSession(ann)
            let url = "\(Self.base)/stream/ann?session_id=\(session)"
            let answer =
                if place == "query" {
                    // What another proxy has put into the header is nobody's token.
                    try await carried.connect(
                        "t1", "\(url)&token=\(ann)", as: nil, headers: ["authorization": "Basic eDp5"])
                } else {
                    try await carried.connect("t1", url, as: nil, headers: ["authorization": "\(place)  \(ann)"])
                }
            #expect(answer.status == 200)
            #expect(answer.json == ["profile": "classic"])
            try await carried.gateway.wait(for: "event: connected", on: "t1")
            #expect(carried.gateway.frames(of: "t1").contains(#""operator_id":"ann""#))
            try await carried.live.fixture.submit("d1")
            try await carried.gateway.wait(for: #""decision_id":"d1""#, on: "t1")
            // Whoever only knows the port of the gateway cannot send.
            for command in carried.gateway.commands { #expect(command.authorization == "Bearer \(Self.secret)") }
        }
    }

    @Test("every caller gets the status that the stream of the server itself has", arguments: [false, true])
    func sameStatus(admitsUnknownSessions: Bool) async throws {
        try await Self.run({ $0.admitsUnknownSessions = admitsUnknownSessions }) { carried in
            let session = try await carried.openSession(try #require(carried.tokens[.analyst]))
            let urls = [
                "\(Self.base)/stream/ann?session_id=\(session)", "\(Self.base)/stream/vic?session_id=\(session)",
                "\(Self.base)/stream/ann?session_id=none", "/governance/stream?session_id=\(session)",
                "/governance/stream?session_id=none",
            ]
            var seen: Set<Int> = []
            for caller in Caller.allCases {
                for (number, url) in urls.enumerated() {
                    let token = carried.tokens[caller]
                    let direct = try await carried.live.stream(
                        url, headers: token.map { [("Authorization", "Bearer \($0)")] } ?? [])
                    let answer = try await carried.connect("\(caller) \(number)", url, as: token)
                    #expect(answer.status == direct.status, "\(caller) \(url): \(answer.json)")
                    seen.insert(answer.status)
                }
            }
            #expect(seen == [200, 401, 403])
        }
    }

    @Test("a viewer, who opens no session, has no operator's stream; a program and the command line have none at all")
    func refused() async throws {
        try await Self.run { carried in
            let session = try await carried.openSession(try #require(carried.tokens[.analyst]))
            let url = "\(Self.base)/stream/ann?session_id=\(session)"
            for caller in [Caller.viewer, .admin, .service] {
                let answer = try await carried.connect("t", url, as: carried.tokens[caller])
                #expect(answer.status == 403)
                let reason = caller == .service ? "Insufficient permissions" : "Operator ID does not match session"
                #expect(answer.json == ["error": .string(reason)])
            }
            let nobody = try await carried.connect("t", url, as: nil)
            #expect(nobody.status == 401)
            #expect(nobody.json == ["error": "Not authenticated"])
            #expect(carried.gateway.frames(of: "t").isEmpty)
        }
    }

    @Test("without the secret a callback is nobody's, however good the token of its client")
    func withoutSecret() async throws {
        try await Self.run { carried in
            let ann = try #require(carried.tokens[.analyst])
            let session = try await carried.openSession(ann)
            let url = "\(Self.base)/stream/ann?session_id=\(session)"
            for secret in [nil, "", "a secret of the test"] {
                let answer = try await carried.connect("t1", url, as: ann, secret: secret)
                #expect(answer.status == 401)
                #expect(answer.json == ["error": "Unauthorized"])
                let end: JSON = [
                    "action": "disconnect", "token": "t1", "request": ["url": "/", "headers": .emptyObject],
                ]
                #expect(try await carried.call(end, secret: secret).status == 401)
            }
        }
    }

    @Test("a server that has no secret where tokens are required trusts no callback")
    func noSecret() async throws {
        try await Self.run({ $0.gatewaySecret = nil }) { carried in
            let ann = try #require(carried.tokens[.analyst])
            let session = try await carried.openSession(ann)
            let url = "\(Self.base)/stream/ann?session_id=\(session)"
            #expect(try await carried.connect("t1", url, as: ann, secret: nil).status == 401)
            #expect(try await carried.connect("t1", url, as: ann, secret: "").status == 401)
        }
    }

    @Test("where authentication is open, tokens are not looked at")
    func open() async throws {
        try await Self.run({ $0.authentication = .open }) { carried in
            try await carried.live.fixture.openSession()
            let url = "\(Self.base)/stream/alice@host?session_id=session-1"
            #expect(try await carried.connect("t1", url, as: nil).status == 200)
            #expect(try await carried.connect("t2", url, as: "garbage").status == 200)
        }
    }

    @Test("the token of one stream is no other one's, and names of streams are bounded")
    func names() async throws {
        try await Self.run { carried in
            let ann = try #require(carried.tokens[.analyst])
            let session = try await carried.openSession(ann)
            let url = "\(Self.base)/stream/ann?session_id=\(session)"
            #expect(try await carried.connect("t1", url, as: ann).status == 200)
            #expect(try await carried.connect("t1", url, as: ann).status == 409)
            for token in ["", "a\nb", String(repeating: "x", count: 257)] {
                #expect(try await carried.connect(token, url, as: ann).status == 400)
            }
        }
    }

    // MARK: Ending

    enum End: CaseIterable, Sendable {
        case logout, deactivation, password, expiry

        /// Whether the streams of another login of the same user end too.
        var endsAll: Bool { self != .logout }
    }

    @Test("a stream at a gateway ends when the right to it does", arguments: End.allCases)
    func ending(_ end: End) async throws {
        try await Self.run { carried in
            let (live, gateway) = (carried.live, carried.gateway)
            let admin = try #require(carried.tokens[.admin])
            let (token, other) = (try await live.logIn("ann"), try #require(carried.tokens[.analyst]))
            for (name, credential) in [("t1", token), ("t2", other)] {
                let session = try await carried.openSession(credential)
                let url = "\(Self.base)/stream/ann?session_id=\(session)"
                #expect(try await carried.connect(name, url, as: credential).status == 200)
                try await gateway.wait(for: "event: connected", on: name)
            }
            live.fixture.time.advance(by: .seconds(1))
            switch end {
            case .logout: #expect(try await live.send(.POST, "/api/auth/logout", token: token).status == 200)
            case .deactivation, .password:
                let change = end == .password ? #"{"password":"another one"}"# : #"{"is_active":false}"#
                #expect(try await live.send(.PATCH, "/api/auth/users/ann", token: admin, change).status == 200)
            case .expiry: live.fixture.time.advance(by: .minutes(30))
            }
            #expect(try await gateway.command("send", about: "t1").body == ["token": "t1", "close": true])
            if end.endsAll {
                _ = try await gateway.command("send", about: "t2")
            } else {
                try await live.fixture.submit("question")
                try await gateway.wait(for: #""decision_id":"question""#, on: "t2")
                #expect(!gateway.commands.contains { $0.name == "send" && $0.tokens == ["t2"] })
                #expect(!gateway.frames(of: "t1").contains("question"))
            }
            // It does not come back with the same token.
            let url = "\(Self.base)/stream/ann?session_id=none"
            let again = try await carried.connect("t3", url, as: token)
            #expect(again.status == (end == .deactivation ? 400 : 401))
        }
    }

    // MARK: The record

    @Test("the log says who has watched through which gateway, and why it ended")
    func record() async throws {
        try await Self.run { carried in
            let ann = try #require(carried.tokens[.analyst])
            let session = try await carried.openSession(ann)
            let url = "\(Self.base)/stream/ann?session_id=\(session)"
            #expect(try await carried.connect("t1", url, as: ann).status == 200)
            #expect(try await carried.live.get("/health").text.contains(#""active_connections":1,"#))
            let end: JSON = [
                "action": "disconnect", "reason": "client_closed", "token": "t1",
                "request": ["url": .string(url), "headers": .emptyObject],
            ]
            for _ in 0..<2 { #expect(try await carried.call(end).status == 200) }
            #expect(try await carried.live.get("/health").text.contains(#""active_connections":0,"#))
            let log = carried.live.fixture.ledger.log
            var recorded = try log.read(stream: IdentityEvent.accessStream)
            while recorded.count < 2 {
                try Task.checkCancellation()
                await Task.yield()
                recorded = try log.read(stream: IdentityEvent.accessStream)
            }
            #expect(recorded.map(\.type) == ["access.stream_opened.v1", "access.stream_closed.v1"])
            #expect(recorded.map(\.actor) == ["user:ann", "user:ann"])
            let data = try recorded.map { try JSONParser.parse($0.data) }
            #expect(data.map { $0["token"] } == ["t1", "t1"])
            #expect(data.map { $0["session_id"] } == [.string(session), .string(session)])
            #expect(data.map { $0["gateway"] } == Array(repeating: .string(carried.gateway.address), count: 2))
            #expect(data.last?["reason"] == "client_closed")
            let admin = try #require(carried.tokens[.admin])
            let audit = try await carried.live.send(.GET, "/api/audit?event=STREAM_CLOSED", token: admin)
            #expect(audit.json.arrayValue?.count == 1)
            #expect(audit.json.arrayValue?.first?["user"] == "ann")
        }
    }
}
