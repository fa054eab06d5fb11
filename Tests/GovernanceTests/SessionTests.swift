import EventLog
import Testing
import VerdictTesting

@testable import Governance

/// Operator sessions (governance-api 4.1 and 4.2).
@Suite("Operator sessions")
struct SessionTests {
    private static let end = Timestamp.noon + .hours(8)

    private func opened() throws -> GivenSession {
        try GivenSession().and(.open(Sample.openSession()), at: .noon)
    }

    @Test("a session records who opened it, from where, and ends 8 hours later")
    func open() {
        let open = OpenSession(
            operatorID: "alice@host", operatorName: "Alice", operatorRole: "ciso", ipAddress: "192.0.2.7",
            userAgent: "tui", metadata: JSONObject([.init(key: "k", value: 1)]))
        let expected = SessionOpened(
            sessionID: "session-1", operatorID: "alice@host", operatorName: "Alice", operatorRole: "ciso",
            createdAt: .noon, expiresAt: Self.end, ipAddress: "192.0.2.7", userAgent: "tui", metadata: open.metadata)
        #expect(GivenSession().when(.open(open), at: .noon) == .success([.opened(expected)]))
    }

    @Test("the name defaults to the id, the role to soc_operator")
    func defaults() {
        let open = OpenSession(operatorID: "alice@host")
        #expect(open.operatorName == "alice@host")
        #expect(open.operatorRole == "soc_operator")
        #expect(open.ipAddress == nil)
        #expect(open.userAgent == nil)
        #expect(open.metadata.isEmpty)
    }

    @Test("a session is valid from its opening until its end, exclusive")
    func validity() throws {
        let state = try #require(try opened().state)
        #expect(
            state
                == SessionState(
                    sessionID: "session-1", operatorID: "alice@host", operatorRole: "soc_operator",
                    expiresAt: Self.end, isClosed: false, version: 1))
        #expect(state.isValid(at: .noon))
        #expect(state.isValid(at: Timestamp(microseconds: Self.end.microseconds - 1)))
        #expect(!state.isValid(at: Self.end))
    }

    @Test("the lifetime is a setting")
    func lifetime() throws {
        var policy = GovernancePolicy()
        policy.sessionLifetime = .minutes(1)
        let given = try GivenSession(policy: policy).and(.open(Sample.openSession()), at: .noon)
        #expect(given.state?.expiresAt == .noon + .minutes(1))
    }

    @Test("the clock closes a session whose time is over, once, and no other")
    func expire() throws {
        let given = try opened()
        #expect(given.when(.expire, at: Timestamp(microseconds: Self.end.microseconds - 1)) == .success([]))
        let closed = SessionEvent.closed(sessionID: "session-1", operatorID: "alice@host", reason: .expired)
        #expect(given.when(.expire, at: Self.end) == .success([closed]))

        let expired = try given.and(.expire, at: Self.end)
        #expect(expired.state?.isClosed == true)
        #expect(expired.state?.version == 2)
        #expect(expired.when(.expire, at: Self.end + .hours(1)) == .success([]))
        #expect(GivenSession().when(.expire, at: Self.end) == .success([]))
    }

    @Test("a session can be closed while it is valid, and is not valid afterwards")
    func close() throws {
        let given = try opened()
        let closed = SessionEvent.closed(sessionID: "session-1", operatorID: "alice@host", reason: .ended)
        #expect(given.when(.close, at: .noon + .hours(1)) == .success([closed]))
        let after = try given.and(.close, at: .noon + .hours(1))
        #expect(after.state?.isValid(at: .noon + .hours(1)) == false)
        #expect(after.when(.expire, at: Self.end) == .success([]))
    }

    @Test("closing twice is closing once")
    func closeTwice() throws {
        #expect(try opened().and(.close, at: .noon).when(.close, at: Self.end) == .success([]))
    }

    @Test("a session that is unknown or over cannot be closed")
    func closeInvalid() throws {
        let refusal = Result<[SessionEvent], Refusal>.failure(.invalidSession("session-1"))
        #expect(GivenSession().when(.close, at: .noon) == refusal)
        #expect(try opened().when(.close, at: Self.end) == refusal)
    }

    @Test("an id is opened once, also when its session is over")
    func openTwice() throws {
        let refusal = Result<[SessionEvent], Refusal>.failure(.invalidSession("session-1"))
        #expect(try opened().when(.open(Sample.openSession()), at: .noon) == refusal)
        #expect(try opened().and(.close, at: .noon).when(.open(Sample.openSession()), at: .noon) == refusal)
    }

    @Test("an event before the opening makes no session")
    func eventWithoutOpening() {
        #expect(Session.evolve(nil, .closed(sessionID: "s", operatorID: "a", reason: .ended)) == nil)
    }
}
