import AsyncHTTPClient
import EventLog
import Foundation
import Identity
import NIOCore
import NIOHTTP1
import Testing
import VerdictTesting

/// Users, tokens and answers, with the real program.
@Suite("Identity, with the real program")
struct IdentityTests {
    private static let password = "a password of the tests!"
    private static let environment = ["VERDICT_ADMIN_PASSWORD": password]
    private static let settings = ["--log-level", "trace", "--log-format", "json"]

    /// A call of the HITL API.
    private static func call(
        _ server: ServerProcess, _ method: HTTPMethod, _ path: String, token: String? = nil, form: String? = nil,
        _ body: JSON? = nil
    ) async throws -> ServerClient.Answer {
        var request = server.client.request(method, path)
        if let token { request.headers.add(name: "authorization", value: "Bearer \(token)") }
        if let form {
            request.headers.add(name: "content-type", value: "application/x-www-form-urlencoded")
            request.body = .bytes(ByteBuffer(string: form))
        } else if let body {
            request.headers.add(name: "content-type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: body.bytes))
        }
        return try await server.client.answer(to: request)
    }

    private static func logIn(_ server: ServerProcess, _ name: String) async throws -> ServerClient.Answer {
        let encoded = password.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        return try await call(server, .POST, "/api/auth/login", form: "username=\(name)&password=\(encoded)")
    }

    private static let analysis: JSON = [
        "analysis_id": "a1", "incident_id": nil, "threat_level": "APT", "source_ip": "203.0.113.9",
        "attributed_actor": nil, "confidence": 90, "iocs": [], "ttps": [], "recommended_actions": [],
        "forensic_summary": "", "priority": "critical", "created_at": "2026-10-14T10:00:00Z",
    ]

    @Test("users, factors, answers, audit and keys survive a kill, and nothing secret is anywhere to be read")
    func survival() async throws {
        let server = try await ServerProcess(Self.settings, environment: Self.environment)
        let admin = try #require(try await Self.logIn(server, "admin")["access_token"]?.stringValue)
        let registered = try await Self.call(
            server, .POST, "/api/auth/register", token: admin,
            [
                "username": "ann", "email": "ann@example.org", "full_name": "Ann", "password": .string(Self.password),
            ])
        #expect(registered.status == 200, "\(registered.text)")
        let login = try await Self.logIn(server, "ann")
        let ann = try #require(login["access_token"]?.stringValue)
        let refresh = try #require(login["refresh_token"]?.stringValue)
        let factor = try await Self.call(server, .POST, "/api/auth/2fa/setup", token: ann)
        let secretText = try #require(factor["secret"]?.stringValue)
        let codes = (factor["backup_codes"]?.arrayValue ?? []).compactMap(\.stringValue)
        let secret = try #require(Base32.bytes(secretText))
        let code = OneTimeCode.code(of: secret, step: OneTimeCode.step(at: SystemTime().now()))
        #expect(try await Self.call(server, .POST, "/api/auth/2fa/verify?code=\(code)", token: ann).status == 200)
        let service = try await Self.call(
            server, .POST, "/api/auth/services", token: admin, ["username": "candi"])
        let credential = try #require(service["credential"]?.stringValue)
        #expect(
            try await Self.call(server, .POST, "/api/decisions/submit", token: credential, Self.analysis).status == 200)
        let answer: JSON = ["status": "approved", "approved_actions": ["block_ip"], "notes": "seen"]
        #expect(try await Self.call(server, .POST, "/api/decisions/a1/decide", token: ann, answer).status == 200)
        let kept = try await Self.call(server, .GET, "/api/decisions/a1/response", token: ann).text
        let audit = try await Self.call(server, .GET, "/api/audit", token: admin).text
        await server.kill()

        let again = try await server.startAgain(Self.settings)
        #expect(try await Self.call(again, .GET, "/api/decisions/a1/response", token: ann).text == kept)
        #expect(try await Self.call(again, .GET, "/api/audit", token: admin).text == audit)
        #expect(try await Self.call(again, .GET, "/api/auth/me", token: credential)["username"] == "candi")
        let second = try await Self.logIn(again, "ann")
        #expect(second["requires_2fa"] == true)
        let temporary = try #require(second["access_token"]?.stringValue)
        #expect(try await Self.call(again, .GET, "/api/status", token: temporary).status == 401)
        let replay = try await Self.call(again, .POST, "/api/auth/2fa/verify?code=\(code)", token: temporary)
        #expect(replay.status == 401)
        let backup = try #require(codes.first)
        let full = try await Self.call(again, .POST, "/api/auth/2fa/verify?code=\(backup)", token: temporary)
        #expect(full.status == 200, "\(full.text)")
        #expect(
            try await Self.call(again, .POST, "/api/auth/2fa/verify?code=\(backup)", token: temporary).status == 401)
        await again.terminate()

        let secrets =
            [Self.password, admin, ann, refresh, temporary, secretText, credential, full["access_token"]?.stringValue ?? ""]
            + codes
        var texts = [await server.process.errors.all, await again.process.errors.all]
        for name in ["events.db", "events.db-wal", "views.db", "views.db-wal"] {
            if let bytes = FileManager.default.contents(atPath: "\(server.dataPath)/\(name)") {
                texts.append(String(decoding: bytes, as: UTF8.self))
            }
        }
        #expect(texts.contains { $0.contains("/api/auth/login") }, "the log shows no request")
        for secret in secrets {
            #expect(!secret.isEmpty && !texts.contains { $0.contains(secret) }, "\(secret) can be read")
        }
    }

    @Test("a token made with the configured key is good until its end; every fault is a 401 before the upgrade too")
    func faults() async throws {
        let key = "a key of at least thirty-two bytes, for tests"
        let server = try await ServerProcess(
            environment: Self.environment.merging(["HITL_SECRET_KEY": key]) { $1 })
        let seconds = Int(SystemTime().now().microseconds / 1_000_000)
        let bytes = Array(key.utf8)
        let good = HandMadeToken(of: "admin", until: seconds + 600)
        #expect(try await Self.call(server, .GET, "/api/status", token: good.signed(with: bytes)).status == 200)
        let revoked = try #require(try await Self.logIn(server, "admin")["access_token"]?.stringValue)
        #expect(try await Self.call(server, .POST, "/api/auth/logout", token: revoked).status == 200)
        let twoParts = good.signed(with: bytes).split(separator: ".").prefix(2).joined(separator: ".")
        let tokens = [
            "garbage", twoParts, good.signed(with: Array("another key of more than thirty-two bytes".utf8)),
            good.with(header: ["alg": "none", "typ": "JWT"]).signed(with: bytes),
            HandMadeToken(of: "admin", until: seconds - 5).signed(with: bytes),
            good.with("nbf", .number(JSONNumber(seconds + 300))).signed(with: bytes),
            good.with("type", "refresh").signed(with: bytes), revoked,
        ]
        let before = try server.log.allEvents().count
        for (number, token) in tokens.enumerated() {
            #expect(try await Self.call(server, .GET, "/api/status", token: token).status == 401, "HTTP, \(number)")
            var upgrade = server.client.request(.GET, "/ws/admin")
            upgrade.headers.add(contentsOf: [
                "authorization": "Bearer \(token)", "connection": "upgrade", "upgrade": "websocket",
                "sec-websocket-version": "13", "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
            ])
            #expect(try await server.client.answer(to: upgrade).status == 401, "WebSocket, \(number)")
        }
        #expect(try server.log.allEvents().count == before)
    }
}
