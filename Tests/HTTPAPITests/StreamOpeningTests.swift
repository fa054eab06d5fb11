import EventLog
import Governance
import HTTPAPI
import HTTPTypes
import Testing
import VerdictTesting

/// Who is admitted to a stream, and with what it begins (governance-api 8.1).
@Suite("Opening a stream", .timeLimit(.minutes(1)))
struct StreamOpeningTests {
    private static let path = FrontFixture.base + "/stream/alice@host"
    private static let alias = "/governance/stream"

    static let refusals = [
        Exchange(
            "no session", .get, path, .unprocessableContent,
            contains: [
                #"{"detail":[{"type":"missing","loc":["query","session_id"],"msg":"Field required","input":null}]}"#
            ]),
        Exchange(
            "an unknown session", .get, path + "?session_id=nobody", .unauthorized,
            contains: [#"{"detail":"Invalid or expired session: nobody"}"#]),
        Exchange(
            "somebody else's session", .get, FrontFixture.base + "/stream/bob?session_id=session-1", .forbidden,
            contains: [#"{"detail":"Operator ID does not match session"}"#]),
        Exchange(
            "a session id that is known only as far as its NUL", .get, path + "?session_id=session-1%00%0Aevent:x",
            .unauthorized, contains: [#""detail":"Invalid or expired session: session-1\u0000"#]),
        Exchange("no session at the alias", .get, alias, .unprocessableContent, contains: [#""type":"missing""#]),
        Exchange(
            "an unknown session at the alias", .get, alias, headers: [.sessionID: "nobody", .operatorID: "alice@host"],
            .unauthorized, contains: [#"{"detail":"Invalid or expired session: nobody"}"#]),
        Exchange(
            "somebody else's session at the alias", .get, alias,
            headers: [.sessionID: "session-1", .operatorID: "bob"], .forbidden,
            contains: [#"{"detail":"Operator ID does not match session"}"#]),
    ]

    @Test("not admitted", arguments: refusals)
    func refuses(_ exchange: Exchange) async throws {
        let front = try FrontFixture()
        try await front.furnish()
        try await exchange.check(front)
    }

    @Test("a session that has expired or was closed admits nobody")
    func ended() async throws {
        let front = try FrontFixture()
        try await front.fixture.openSession()
        try await front.fixture.openSession(id: "session-2")
        try await front.post("/session/close", #"{"session_id":"session-2"}"#)
        #expect(try await front.get("/stream/alice@host?session_id=session-2").status == .unauthorized)
        front.fixture.time.advance(by: .hours(8))
        #expect(try await front.get("/stream/alice@host?session_id=session-1").status == .unauthorized)
    }

    @Test("the head and the greeting come at once")
    func greeting() async throws {
        let front = try FrontFixture()
        try await front.fixture.openSession()
        try await LiveFront.run(front) { live in
            let stream = try await live.operatorStream()
            #expect(stream.status == 200)
            #expect(stream.header("Content-Type") == "text/event-stream; charset=utf-8")
            #expect(stream.header("Cache-Control") == "no-cache")
            #expect(stream.header("Connection") == "keep-alive")
            #expect(stream.header("X-Accel-Buffering") == "no")
            #expect(stream.header("Transfer-Encoding") == "chunked")
            let data =
                #"{"message":"Connected to Governance SSE Stream","operator_id":"alice@host","session_id":"session-1"}"#
            #expect(try await stream.next()?.lines == ["id: conn_session-1", "event: connected", "data: " + data])
        }
    }

    @Test("the alias is addressed by headers, or by the query, and speaks upper case")
    func aliasSurface() async throws {
        let front = try FrontFixture()
        try await front.fixture.openSession()
        try await front.fixture.submit("d1", risk: .critical)
        try await LiveFront.run(front) { live in
            let headers = [("X-Operator-ID", "alice@host"), ("X-Session-ID", "session-1")]
            for stream in [
                try await live.stream(Self.alias, headers: headers),
                try await live.stream(Self.alias + "?session_id=session-1"),
            ] {
                let events = try await stream.next(2)
                #expect(events.map(\.summary) == ["connected", "decision_pending d1"])
                #expect(events[1]["status"] == "PENDING")
                #expect(events[1]["risk_level"] == "CRITICAL")
                #expect(events[1]["automation_level"] == "SUPERVISED")
                #expect(events[1]["action_type"] == "block_ip")
            }
            let stream = try await live.stream(Self.alias, headers: headers)
            _ = try await stream.next(2)
            try await live.fixture.approve()
            let resolved = try await stream.next()
            #expect(resolved?["status"] == "APPROVED")
            #expect(resolved?["resolved_at"]?.stringValue == "2026-01-15T12:00:00.000000Z")
        }
    }

    @Test("unknown sessions are admitted at the alias only where the switch is on")
    func openSessions() async throws {
        let front = try FrontFixture { $0.admitsUnknownSessions = true }
        try await front.fixture.openSession()
        #expect(try await front.get("/stream/alice@host?session_id=mine").status == .unauthorized)
        let mismatch = try await front.request(
            .get, Self.alias, headers: [.sessionID: "session-1", .operatorID: "bob"])
        #expect(mismatch.status == .forbidden)
        try await LiveFront.run(front) { live in
            let headers = [("X-Operator-ID", "bob"), ("X-Session-ID", "mine")]
            let greeting = try await live.stream(Self.alias, headers: headers).next()
            #expect(greeting?.id == "conn_mine")
            #expect(greeting?["operator_id"] == "bob")
        }
    }

    @Test("HEAD of a stream opens none")
    func head() async throws {
        let front = try FrontFixture()
        try await front.fixture.openSession()
        let answer = try await front.request(.head, Self.path + "?session_id=session-1")
        #expect(answer.status == .ok)
        #expect(answer.bytes.isEmpty)
        #expect(try await front.get("/health").text.contains(#""total_connections":0"#))
    }
}
