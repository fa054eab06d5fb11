import EventLog
import NIOWebSocket
import Testing
import VerdictTesting

@testable import HTTPAPI

/// How long a token is good on an open WebSocket (hitl-api 10.1, golden-path 5.4).
@Suite("WebSocket tokens", .timeLimit(.minutes(1)))
struct WebSocketTokenTests {
    /// The next look at the tokens comes when the clock has moved this far.
    private func advance(_ live: LiveFront, by interval: Interval) async {
        await live.fixture.time.someoneWaits()
        live.fixture.time.advance(by: interval)
    }

    private func expiry(_ live: LiveFront, in interval: Interval) -> Timestamp {
        live.fixture.time.now() + interval
    }

    @Test("a connection ends when its token does, and no other")
    func expiry() async throws {
        try await LiveFront.runWebSockets { live, tokens in
            tokens.issue("short", to: "alice", until: expiry(live, in: .minutes(30)))
            let short = try await live.webSocket(token: "short")
            let long = try await live.webSocket()
            await advance(live, by: .minutes(30))
            #expect(try await short.closing() == .init(.policyViolation, "Token expired"))
            await live.waitForConnections(1)
            try await long.send(#"{"type":"ping"}"#)
            #expect(try await long.next()["type"] == "pong")
        }
    }

    @Test("a connection does not end a moment before its token")
    func notYet() async throws {
        try await LiveFront.runWebSockets { live, tokens in
            tokens.issue("short", to: "alice", until: expiry(live, in: .minutes(30)))
            let alice = try await live.webSocket(token: "short")
            await advance(live, by: .seconds(1799.9))
            await live.fixture.time.someoneWaits()
            try await alice.send(#"{"type":"ping"}"#)
            #expect(try await alice.next()["type"] == "pong")
        }
    }

    @Test("a revocation is noticed within a second")
    func revocation() async throws {
        try await LiveFront.runWebSockets { live, tokens in
            let alice = try await live.webSocket()
            let bob = try await live.webSocket("bob")
            tokens.revoke("head.alice.tail")
            await advance(live, by: .seconds(1))
            #expect(try await alice.closing() == .init(.policyViolation, "Invalid token"))
            try await bob.send(#"{"type":"ping"}"#)
            #expect(try await bob.next()["type"] == "pong")
        }
    }

    @Test(
        "a token is replaced in place",
        arguments: [
            #"{"type":"auth_refresh","payload":{"new_token":"new"}}"#,
            #"{"type":"token_refresh","old_token":"short","new_token":"new"}"#,
        ])
    func refresh(_ message: String) async throws {
        try await LiveFront.runWebSockets { live, tokens in
            tokens.issue("short", to: "alice", until: expiry(live, in: .minutes(30)))
            tokens.issue("new", to: "alice", until: expiry(live, in: .hours(2)))
            let alice = try await live.webSocket(token: "short")
            try await alice.send(message)
            #expect(
                try await alice.next().text
                    == #"{"type":"token_refreshed","data":{"expires_at":"2026-01-15T14:00:00.000000Z"}}"#)
            tokens.revoke("short")
            await advance(live, by: .hours(1))
            await live.fixture.time.someoneWaits()
            try await live.fixture.submit()
            #expect(try await alice.next()["type"] == "alert")
            await advance(live, by: .hours(1))
            #expect(try await alice.closing() == .init(.policyViolation, "Token expired"))
        }
    }

    struct Refused: Sendable {
        let message: String
        let reason: String
    }

    @Test(
        "a token that is refused leaves the old one in force",
        arguments: [
            Refused(
                message: #"{"type":"token_refresh","new_token":"head.bob.tail"}"#, reason: "Username mismatch"),
            Refused(
                message: #"{"type":"auth_refresh","payload":{"new_token":"nonsense"}}"#,
                reason: "Could not validate credentials"),
            Refused(message: #"{"type":"token_refresh"}"#, reason: "Could not validate credentials"),
            Refused(
                message: #"{"type":"auth_refresh","payload":{"new_token":7}}"#, reason: "Could not validate credentials"
            ),
        ])
    func refusedRefresh(_ refused: Refused) async throws {
        try await LiveFront.runWebSockets { live, tokens in
            let alice = try await live.webSocket()
            try await alice.send(refused.message)
            #expect(
                try await alice.next().text
                    == #"{"type":"token_refresh_failed","data":{"error":"\#(refused.reason)","action":"login"}}"#)
            tokens.revoke("head.bob.tail")
            await advance(live, by: .seconds(1))
            await live.fixture.time.someoneWaits()
            try await alice.send(#"{"type":"ping"}"#)
            #expect(try await alice.next()["type"] == "pong")
            tokens.revoke("head.alice.tail")
            await advance(live, by: .seconds(1))
            #expect(try await alice.closing() == .init(.policyViolation, "Invalid token"))
        }
    }

    @Test("no token comes into a line of the log, however it was shown")
    func logLines() async throws {
        let lines = LogLines()
        try await LiveFront.runWebSockets(logger: lines.logger) { live, tokens in
            tokens.issue("SECRET-4", to: "alice")
            for number in 1...3 { tokens.issue("SECRET-\(number)", to: "alice") }
            let header = try await live.webSocket(token: "SECRET-1")
            _ = try await live.handshake("/ws/alice?token=SECRET-2").client.next()
            _ = try await live.handshake(headers: ["Sec-WebSocket-Protocol: jwt-auth, SECRET-3"]).client.next()
            try await header.send(#"{"type":"token_refresh","new_token":"SECRET-4"}"#)
            #expect(try await header.next()["type"] == "token_refreshed")
            for token in ["SECRET-5", "SECRET-6%00%zz"] {
                #expect(try await live.handshake("/ws/alice?token=\(token)").status == 401)
            }
            #expect(try await live.handshake("/ws/a%2Fb?token=SECRET-7").status == 404)
            #expect(try await live.handshake("/ws/?token=SECRET-8").status == 403)
        }
        #expect(lines.all.contains { $0.contains("path:/ws/alice") && $0.contains("status:101") })
        #expect(lines.all.contains { $0.contains("path:/ws/alice") && $0.contains("status:401") })
        #expect(lines.all.filter { $0.contains("SECRET") } == [])
    }

    @Test("whoever guesses tokens on an open connection has five guesses")
    func guesses() async throws {
        try await LiveFront.runWebSockets { live, _ in
            let alice = try await live.webSocket()
            for number in 1...6 { try await alice.send(#"{"type":"token_refresh","new_token":"guess-\#(number)"}"#) }
            #expect(try await alice.next(5).allSatisfy { $0["type"] == "token_refresh_failed" })
            #expect(try await alice.closing() == .init(.policyViolation, "Too many errors"))
        }
    }
}
