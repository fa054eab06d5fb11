import EventLog
import HTTPAPI
import Identity
import NIOHTTP1
import Testing
import VerdictTesting

/// A stream ends when the right to it does, within a second (golden-path 7).
@Suite("Open streams and the end of a right", .timeLimit(.minutes(1)))
struct OpenStreamTests {
    private static let base = FrontFixture.base

    /// An operator's stream and a watch, both open.
    private static func open(_ live: LiveFront, _ token: String) async throws -> [StreamReader] {
        let answer = try await live.send(
            .POST, "\(base)/session/create", token: token, #"{"operator_id":"ann"}"#)
        let session = try #require(answer.json["session_id"]?.stringValue)
        let paths = [
            "\(base)/stream/ann?session_id=\(session)", "/governance/stream?session_id=\(session)",
            "\(base)/decision/d1/watch",
        ]
        var readers: [StreamReader] = []
        for path in paths {
            let reader = try await live.stream(path, token: token)
            #expect(reader.status == 200)
            _ = try await reader.next()
            readers.append(reader)
        }
        return readers
    }

    /// Runs with two logins of the same analyst: the streams of the first are to end by what the closure does, those of
    /// the second where it says so.
    private static func check(
        endsOther: Bool, _ body: @Sendable @escaping (LiveFront, _ admin: String, _ token: String) async throws -> Void
    ) async throws {
        try await StaffedFront.runLive({
            $0.authentication = .required
            $0.keepAliveInterval = .seconds(0.1)
        }) { live, tokens in
            let admin = try #require(tokens[.admin])
            try await live.fixture.submit("d1")
            let (token, otherToken) = (try await live.logIn("ann"), try #require(tokens[.analyst]))
            let ending = try await open(live, token)
            let other = try await open(live, otherToken)
            live.fixture.time.advance(by: .seconds(1))
            let start = ContinuousClock.now
            try await body(live, admin, token)
            for reader in ending { _ = try await reader.rest() }
            if endsOther { for reader in other { _ = try await reader.rest() } }
            // The promise is a second; a busy machine may be late.
            #expect(ContinuousClock.now - start < .seconds(5))
            guard !endsOther else { return }
            try await live.fixture.submit("d2")
            for reader in other.prefix(2) {
                let events = try await reader.next(until: "decision_pending", of: "d2")
                #expect(events.last?["decision_id"] == "d2")
            }
        }
    }

    private static func change(_ live: LiveFront, _ admin: String, _ body: String) async throws {
        let answer = try await live.send(.PATCH, "/api/auth/users/ann", token: admin, body)
        #expect(answer.status == 200)
    }

    @Test("a logout ends the streams of that login, and no others")
    func logout() async throws {
        try await Self.check(endsOther: false) { live, _, token in
            let answer = try await live.send(.POST, "/api/auth/logout", token: token)
            #expect(answer.status == 200)
        }
    }

    @Test("a new password ends them all")
    func password() async throws {
        try await Self.check(endsOther: true) { live, admin, _ in
            try await Self.change(live, admin, #"{"password":"another one"}"#)
        }
    }

    @Test("a deactivation ends them all")
    func deactivation() async throws {
        try await Self.check(endsOther: true) { live, admin, _ in
            try await Self.change(live, admin, #"{"is_active":false}"#)
        }
    }

    @Test("the end of the token ends them all")
    func expiry() async throws {
        try await Self.check(endsOther: true) { live, _, _ in live.fixture.time.advance(by: .minutes(30)) }
    }

    @Test("a refresh, another role of a reader and another key end none")
    func harmless() async throws {
        try await StaffedFront.runLive({
            $0.authentication = .required
            $0.validityInterval = .seconds(0.02)
            $0.keepAliveInterval = .seconds(0.2)
        }) { live, tokens in
            let admin = try #require(tokens[.admin])
            try await live.fixture.submit("d1")
            let readers = try await Self.open(live, try #require(tokens[.analyst]))
            #expect(try await live.send(.POST, "/api/auth/keys/rotate", token: admin).status == 200)
            try await Self.change(live, admin, #"{"role":"admin","rank":"ciso"}"#)
            // Looks at the rights of all streams lie between.
            for _ in 1...2 { _ = try await readers[0].nextBlock() }
            try await live.fixture.submit("d2")
            for reader in readers.prefix(2) {
                #expect(try await reader.next(until: "decision_pending", of: "d2").last?["decision_id"] == "d2")
            }
        }
    }

    @Test("a wait for an answer ends with the login too")
    func longPoll() async throws {
        try await StaffedFront.runLive { live, tokens in
            let token = try #require(tokens[.viewer])
            try await live.fixture.submit("d1")
            async let waiting = live.send(.GET, "/api/decisions/d1/response?wait=50", token: token)
            try await live.waitForListeners(1)
            #expect(try await live.send(.POST, "/api/auth/logout", token: token).status == 200)
            let answer = try await waiting
            #expect(answer.status == 401)
        }
    }
}
