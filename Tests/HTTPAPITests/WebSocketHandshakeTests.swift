import EventLog
import NIOCore
import NIOWebSocket
import Testing
import VerdictTesting

@testable import HTTPAPI

/// Who may open a WebSocket (hitl-api 10.1, golden-path 5.2 and 6).
@Suite("WebSocket handshakes", .timeLimit(.minutes(1)))
struct WebSocketHandshakeTests {
    @Test("a handshake is answered as RFC 6455 shows it")
    func accepted() async throws {
        try await LiveFront.runWebSockets { live, _ in
            let handshake = try await live.handshake(token: "head.alice.tail")
            #expect(handshake.head.hasPrefix("HTTP/1.1 101 Switching Protocols\r\n"))
            #expect(handshake.header("Sec-WebSocket-Accept") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
            #expect(handshake.header("Upgrade") == "websocket")
            #expect(handshake.header("Connection") == "Upgrade")
            #expect(handshake.header("Sec-WebSocket-Protocol") == nil)
            #expect(handshake.header("Transfer-Encoding") == nil)
            #expect(handshake.header("X-Request-ID") != nil)
            #expect(try await handshake.client.next()["type"] == "connection")
        }
    }

    struct Token: Sendable, CustomTestStringConvertible {
        let path: String
        let headers: [String]
        var confirmed: String? = nil
        var testDescription: String { "\(path) \(headers)" }
    }

    @Test(
        "a token is taken from the header, the sub-protocols or the query",
        arguments: [
            Token(path: "/ws/alice", headers: ["Authorization: Bearer head.alice.tail"]),
            Token(path: "/ws/alice", headers: ["authorization: bearer head.alice.tail"]),
            Token(
                path: "/ws/alice", headers: ["Sec-WebSocket-Protocol: jwt-auth, head.alice.tail"],
                confirmed: "jwt-auth"),
            Token(
                path: "/ws/alice",
                headers: ["Sec-WebSocket-Protocol: jwt-auth", "Authorization: Bearer head.alice.tail"],
                confirmed: "jwt-auth"),
            Token(path: "/ws/alice?token=head.alice.tail", headers: []),
            Token(path: "/ws/alice?token=bad&token=head.alice.tail", headers: []),
            Token(path: "/ws/%61lice", headers: ["Authorization: Bearer head.alice.tail"]),
        ])
    func tokens(_ token: Token) async throws {
        try await LiveFront.runWebSockets { live, _ in
            let handshake = try await live.handshake(token.path, headers: token.headers)
            #expect(handshake.status == 101)
            #expect(handshake.header("Sec-WebSocket-Protocol") == token.confirmed)
            #expect(try await handshake.client.next()["status"] == "connected")
        }
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        let name: String
        var path = "/ws/alice"
        var headers: [String] = []
        let answer: String
        var authenticate: String? = nil
        var testDescription: String { name }
    }

    private static let notAuthenticated = #"401 {"detail":"Not authenticated"}"#
    private static let invalid = #"401 {"detail":"Could not validate credentials"}"#
    private static let badOrigin = #"403 {"detail":"Origin not allowed"}"#
    private static let good = "Authorization: Bearer head.alice.tail"

    @Test(
        "what is refused is refused before the upgrade, and the connection ends",
        arguments: [
            Refusal(name: "no token", answer: notAuthenticated, authenticate: "Bearer"),
            Refusal(
                name: "another scheme", headers: ["Authorization: Basic YTpi"], answer: notAuthenticated,
                authenticate: "Bearer"),
            Refusal(name: "an empty token", path: "/ws/alice?token=", answer: notAuthenticated, authenticate: "Bearer"),
            Refusal(
                name: "a bad token in the header", headers: ["Authorization: Bearer invalid.jwt.token"],
                answer: invalid, authenticate: "Bearer"),
            Refusal(
                name: "a bad token in the query", path: "/ws/alice?token=nonsense", answer: invalid,
                authenticate: "Bearer"),
            Refusal(
                name: "a bad token among the sub-protocols", headers: ["Sec-WebSocket-Protocol: jwt-auth, nonsense"],
                answer: invalid, authenticate: "Bearer"),
            Refusal(
                name: "a bad token in the header beside a good one in the query",
                path: "/ws/alice?token=head.alice.tail",
                headers: ["Authorization: Bearer nonsense"], answer: invalid, authenticate: "Bearer"),
            Refusal(
                name: "no name", path: "/ws/", headers: [good], answer: #"403 {"detail":"A username is required"}"#),
            Refusal(name: "a foreign origin", headers: [good, "Origin: https://evil.com"], answer: badOrigin),
            Refusal(name: "a foreign origin, no token", headers: ["Origin: https://evil.com"], answer: badOrigin),
            Refusal(name: "no origin at all", headers: [good, "Origin: null"], answer: badOrigin),
            Refusal(name: "another port", headers: [good, "Origin: http://localhost:9999"], answer: badOrigin),
            Refusal(
                name: "a longer name", headers: [good, "Origin: http://localhost:3000.evil.com"], answer: badOrigin),
            Refusal(name: "a longer port", headers: [good, "Origin: http://localhost:30000"], answer: badOrigin),
            Refusal(name: "another scheme", headers: [good, "Origin: https://localhost:3000"], answer: badOrigin),
            Refusal(name: "upper case", headers: [good, "Origin: HTTP://LOCALHOST:3000"], answer: badOrigin),
            Refusal(name: "elsewhere", path: "/wss/alice", headers: [good], answer: #"404 {"detail":"Not Found"}"#),
            Refusal(name: "deeper", path: "/ws/alice/x", headers: [good], answer: #"404 {"detail":"Not Found"}"#),
            Refusal(
                name: "an encoded slash", path: "/ws/a%2Fb", headers: [good], answer: #"404 {"detail":"Not Found"}"#),
            Refusal(
                name: "a control character", path: "/ws/a%00", headers: [good], answer: #"404 {"detail":"Not Found"}"#),
            Refusal(name: "without a name", path: "/ws", headers: [good], answer: #"404 {"detail":"Not Found"}"#),
        ])
    func refused(_ refusal: Refusal) async throws {
        try await LiveFront.runWebSockets { live, _ in
            let handshake = try await live.handshake(refusal.path, headers: refusal.headers)
            #expect(handshake.summary == refusal.answer)
            #expect(handshake.header("WWW-Authenticate") == refusal.authenticate)
            #expect(handshake.header("Content-Type") == "application/json")
            #expect(handshake.header("Connection") == "close")
            try await handshake.client.channel.closeFuture.get()
            #expect(live.statistics == LiveStatistics())
        }
    }

    @Test(
        "an allowed origin passes, and so does none",
        arguments: [
            "Origin: http://localhost:3000", "Origin: http://localhost:3001", "Origin: http://localhost:5173",
            "X-Any: 1",
        ])
    func origins(_ header: String) async throws {
        try await LiveFront.runWebSockets { live, _ in
            let answer = try await live.handshake(token: "head.alice.tail", headers: [header])
            #expect(answer.status == 101)
        }
    }

    @Test("any origin passes where all are allowed")
    func anyOrigin() async throws {
        try await LiveFront.runWebSockets {
            $0.cors = .any
        } _: { live, _ in
            let answer = try await live.handshake(token: "head.alice.tail", headers: ["Origin: https://evil.com"])
            #expect(answer.status == 101)
        }
    }

    struct Malformed: Sendable, CustomTestStringConvertible {
        let name: String
        let headers: [String]
        let status: Int
        var testDescription: String { name }
    }

    @Test(
        "a handshake that is none",
        arguments: [
            Malformed(
                name: "no key", headers: ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"],
                status: 400),
            Malformed(
                name: "a short key",
                headers: [
                    "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: YQ==",
                ], status: 400),
            Malformed(
                name: "another version",
                headers: [
                    "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 8",
                    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                ], status: 426),
            Malformed(name: "another protocol", headers: ["Connection: Upgrade", "Upgrade: h2c"], status: 404),
            Malformed(
                name: "with a body",
                headers: [
                    "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
                    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Content-Length: 2",
                ], status: 404),
            Malformed(name: "no upgrade", headers: [], status: 404),
            Malformed(name: "half an upgrade", headers: ["Upgrade: websocket"], status: 404),
        ])
    func malformed(_ malformed: Malformed) async throws {
        try await LiveFront.runWebSockets { live, _ in
            let lines = ["GET /ws/alice?token=head.alice.tail HTTP/1.1", "Host: localhost"] + malformed.headers
            let body = malformed.headers.contains("Content-Length: 2") ? "{}" : ""
            let answer = try await live.request(lines.joined(separator: "\r\n") + "\r\n\r\n" + body)
            #expect(answer.status == malformed.status)
            if malformed.status == 404 { #expect(answer.body == #"{"detail":"Not Found"}"#) }
        }
    }

    @Test("the words of a handshake may be in any case and among others")
    func caseInsensitive() async throws {
        try await LiveFront.runWebSockets { live, _ in
            let request = [
                "GET /ws/alice?token=head.alice.tail HTTP/1.1", "Host: localhost", "connection: keep-alive, UPGRADE",
                "upgrade: WebSocket", "sec-websocket-version: 13", "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==", "",
                "",
            ]
            let answer = try await live.request(request.joined(separator: "\r\n"))
            #expect(answer.status == 101)
        }
    }

    @Test("a connection that has served plain requests can become a WebSocket")
    func laterRequest() async throws {
        try await LiveFront.runWebSockets { live, _ in
            let plain = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
            let first = try await live.request(plain)
            #expect(first.status == 200)
            let second = try await first.client.ask(LiveFront.handshakeRequest(token: "head.alice.tail"))
            #expect(second.status == 101)
            #expect(try await second.client.next()["type"] == "connection")
        }
    }

    @Test("an upgrade elsewhere gets the answer of a plain request, and the connection ends with it")
    func upgradeElsewhere() async throws {
        try await LiveFront.runWebSockets { live, _ in
            let answer = try await live.request(
                "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n")
            #expect(answer.status == 200)
            #expect(answer.body.hasPrefix(#"{"status":"healthy""#))
            #expect(answer.header("Connection") == "close")
            try await answer.client.channel.closeFuture.get()
        }
    }

    @Test("without a token whoever is named passes where a developer permits it, a bad token does not")
    func anonymous() async throws {
        try await LiveFront.runWebSockets {
            $0.live.admitsAnonymousSockets = true
        } _: { live, _ in
            let carol = try await live.handshake("/ws/carol")
            #expect(carol.status == 101)
            #expect(try await carol.client.next()["type"] == "connection")
            #expect(try await live.handshake("/ws/carol?token=nonsense").status == 401)
        }
    }

    @Test("a token of another name than that of the path is told so behind the upgrade")
    func usernameMismatch() async throws {
        try await LiveFront.runWebSockets { live, _ in
            let handshake = try await live.handshake("/ws/bob", token: "head.alice.tail")
            #expect(handshake.status == 101)
            #expect(try await handshake.client.closing() == .init(.policyViolation, "Username mismatch"))
            #expect(live.statistics == LiveStatistics())
        }
    }

    @Test("a hundred handshakes at once all succeed")
    func crowd() async throws {
        try await LiveFront.runWebSockets {
            $0.live.connectionsPerUserMax = 100
        } _: { live, _ in
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 1...100 {
                    group.addTask { try await live.handshake(token: "head.alice.tail").status }
                }
                for try await status in group { #expect(status == 101) }
            }
        }
    }
}
