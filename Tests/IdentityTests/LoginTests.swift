import EventLog
import Testing

@testable import Identity

/// The rules of a login: given these events, when this command, then those events or this refusal.
@Suite("Logins")
struct LoginTests {
    private static let over = Result<[LoginEvent], IdentityRefusal>.failure(.loginOver("login-1"))

    private static func closed(_ reason: LoginCloseReason, until end: Timestamp) -> LoginEvent {
        .closed(LoginClosed(loginID: "login-1", username: "eve", reason: reason, expiresAt: end))
    }

    private static func refreshed(_ generation: Int, until end: Timestamp) -> LoginEvent {
        .refreshed(loginID: "login-1", username: "eve", generation: generation, expiresAt: end)
    }

    @Test("a login records the factor and its end", arguments: [LoginFactor.none, .code, .backupCode])
    func open(_ factor: LoginFactor) throws {
        let opened = LoginOpened(
            loginID: "login-1", username: "eve", factor: factor, openedAt: .noon, expiresAt: GivenLogin.end)
        #expect(GivenLogin().when(.open(factor: factor, expiresAt: GivenLogin.end)) == .success([.opened(opened)]))
        #expect(
            try GivenLogin().and(.open(factor: factor, expiresAt: GivenLogin.end)).state
                == LoginState(
                    loginID: "login-1", username: "eve", openedAt: .noon, expiresAt: GivenLogin.end, version: 1))
    }

    @Test("an id is opened once, also when it is over or was closed without being known")
    func openTwice() throws {
        let open = LoginCommand.open(factor: .none, expiresAt: GivenLogin.end)
        for given in [
            try GivenLogin.opened(), try .opened().and(.close(expiresAt: GivenLogin.end)),
            try GivenLogin().and(.close(expiresAt: GivenLogin.end)),
        ] {
            #expect(given.when(open) == Self.over)
        }
    }

    @Test("each refresh is a generation, and moves the end")
    func refresh() throws {
        let given = try GivenLogin.opened()
        let end = GivenLogin.end + .hours(1)
        #expect(given.when(.refresh(generation: 0, expiresAt: end)) == .success([Self.refreshed(1, until: end)]))
        let once = try given.and(.refresh(generation: 0, expiresAt: end), at: .noon + .minutes(5))
        #expect(once.state?.generation == 1)
        #expect(once.state?.expiresAt == end)
        #expect(once.state?.refreshedAt == .noon + .minutes(5))
        #expect(
            once.when(.refresh(generation: 1, expiresAt: end), at: .noon + .hours(1))
                == .success([Self.refreshed(2, until: end)]))
    }

    static let grace: [(seconds: Double, isTaken: Bool)] = [
        (0, true), (59.999_999, true), (60, true), (60.000_001, false),
    ]

    @Test("the last refresh token but one is taken for a minute: its answer may have been lost", arguments: grace)
    func lostAnswer(seconds: Double, isTaken: Bool) throws {
        let given = try GivenLogin.opened().and(.refresh(generation: 0, expiresAt: GivenLogin.end))
        let again = given.when(
            .refresh(generation: 0, expiresAt: GivenLogin.end), at: .noon + .seconds(seconds))
        let expected = isTaken ? [] : [Self.closed(.refreshTokenReused, until: GivenLogin.end)]
        #expect(again == .success(expected))
    }

    @Test("a token of a generation that never was, or is long over, ends the login", arguments: [-1, 0, 1, 4, 99])
    func reuse(generation: Int) throws {
        var given = try GivenLogin.opened()
        for generation in 0..<3 { given = try given.and(.refresh(generation: generation, expiresAt: GivenLogin.end)) }
        let closed = Self.closed(.refreshTokenReused, until: GivenLogin.end)
        let reused = LoginCommand.refresh(generation: generation, expiresAt: GivenLogin.end + .hours(9))
        #expect(given.when(reused) == .success([closed]))
        let after = try given.and(reused)
        #expect(after.state?.isClosed == true)
        #expect(after.when(.refresh(generation: 3, expiresAt: GivenLogin.end)) == Self.over)
    }

    @Test("what is unknown, closed or over is refreshed no more")
    func refreshOver() throws {
        let refresh = LoginCommand.refresh(generation: 0, expiresAt: GivenLogin.end)
        #expect(GivenLogin().when(refresh) == Self.over)
        #expect(try GivenLogin.opened().and(.close(expiresAt: GivenLogin.end)).when(refresh) == Self.over)
        #expect((try? GivenLogin.opened().when(refresh, at: GivenLogin.end).get())?.count == 1)
        let late = GivenLogin.end + Interval(microseconds: 1)
        #expect(try GivenLogin.opened().when(refresh, at: late) == Self.over)
    }

    @Test("a login is closed once, until the end of its last token")
    func close() throws {
        let given = try GivenLogin.opened()
        let early = Timestamp.noon + .minutes(30)
        #expect(given.when(.close(expiresAt: early)) == .success([Self.closed(.loggedOut, until: GivenLogin.end)]))
        let after = try given.and(.close(expiresAt: early))
        #expect(after.state?.isClosed == true)
        #expect(after.state?.expiresAt == GivenLogin.end)
        #expect(after.when(.close(expiresAt: early)) == .success([]))
    }

    @Test("what was never opened here can be closed: a token that somebody else has made with our key")
    func closeUnknown() throws {
        let end = Timestamp.noon + .hours(2)
        let given = try GivenLogin().and(.close(expiresAt: end))
        #expect(given.events.map(\.event) == [Self.closed(.loggedOut, until: end)])
        #expect(
            given.state
                == LoginState(
                    loginID: "login-1", username: "eve", openedAt: nil, expiresAt: end, isClosed: true, version: 1))
        #expect(given.when(.close(expiresAt: end)) == .success([]))
    }

    @Test("a refresh before the opening makes no login")
    func eventWithoutOpening() {
        #expect(Login.evolve(nil, Self.refreshed(1, until: .noon), at: .noon) == nil)
    }
}
