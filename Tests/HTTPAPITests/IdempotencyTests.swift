import EventLog
import HTTPAPI
import HTTPTypes
import Ledger
import Testing
import VerdictTesting

/// A command that comes again under its key gets its first answer again (design, "The way of a command").
@Suite("Idempotency keys")
struct IdempotencyTests {
    private static let key: HTTPFields = [.idempotencyKey: "key-1"]

    static let commands = [
        ("/test/enqueue", #"{"risk_level":"low"}"#), ("/decisions", #"{"risk_level":"low"}"#),
        ("/decisions", #"{"risk_level":"low","confidence":1,"requires_approval":false}"#),
        ("/session/create", #"{"operator_id":"bob"}"#), ("/session/close", #"{"session_id":"session-1"}"#),
        ("/decision/d1/approve", #"{"session_id":"session-1"}"#),
        ("/decision/d1/reject", #"{"session_id":"session-1","reason":"no"}"#),
        ("/decision/d1/escalate", #"{"session_id":"session-1","escalation_reason":"x","to_level":"nobody"}"#),
    ]

    @Test("the same answer, byte for byte, however late, and no event", arguments: commands)
    func replay(_ path: String, _ body: String) async throws {
        let front = try FrontFixture()
        try await front.furnish()
        let first = try await front.post(path, body, headers: Self.key)
        #expect(first.status == .ok)
        front.fixture.time.advance(by: .hours(9))
        let events = try front.fixture.eventTypes()
        let second = try await front.post(path, body, headers: Self.key)
        #expect(second.text == first.text)
        #expect(second.status == .ok)
        #expect(try front.fixture.eventTypes() == events)
    }

    @Test("the first answer, although the decision has moved on", arguments: ["/test/enqueue", "/decisions"])
    func movedOn(_ path: String) async throws {
        let front = try FrontFixture()
        try await front.fixture.openSession()
        let body = #"{"decision_id":"d1","metadata":{"a":1.50}}"#
        let first = try await front.post(path, body, headers: Self.key)
        front.fixture.time.advance(by: .seconds(5))
        try await front.fixture.escalate()
        try await front.fixture.approve()
        #expect(try await front.post(path, body, headers: Self.key).text == first.text)
    }

    @Test("another request under the same key is refused", arguments: commands)
    func otherRequest(_ path: String, _ body: String) async throws {
        let front = try FrontFixture()
        try await front.furnish()
        try await front.post("/test/enqueue", #"{"decision_id":"other"}"#, headers: Self.key)
        try await Exchange(
            "other", .post, FrontFixture.base + path, headers: Self.key, body, .unprocessableContent,
            contains: [#"{"detail":"The Idempotency-Key key-1 was used for another request: take a new one"}"#]
        ).check(front)
    }

    @Test("a refusal uses no key up")
    func refusal() async throws {
        let front = try FrontFixture()
        try await front.fixture.openSession()
        let body = #"{"session_id":"session-1"}"#
        #expect(try await front.post("/decision/d1/approve", body, headers: Self.key).status == .notFound)
        try await front.fixture.submit()
        #expect(try await front.post("/decision/d1/approve", body, headers: Self.key).status == .ok)
    }

    @Test(
        "a key is 1 to 255 visible ASCII characters", arguments: ["", "a b", String(repeating: "k", count: 256), "ü"])
    func unusable(_ key: String) async throws {
        try await Exchange(
            "unusable", .post, FrontFixture.base + "/test/enqueue", headers: [.idempotencyKey: key], "{}",
            .unprocessableContent, contains: [#"{"detail":"An Idempotency-Key has 1 to 255 visible ASCII characters"}"#]
        ).check(try FrontFixture())
    }
}
