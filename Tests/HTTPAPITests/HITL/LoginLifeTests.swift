import EventLog
import HTTPTypes
import Identity
import Ledger
import Testing
import VerdictTesting

@testable import HTTPAPI

/// Refresh, logout, new passwords, deactivation, other roles, other keys: what each means for the next request
/// (hitl-api 14.4 and golden-path 7).
@Suite("The life of a login")
struct LoginLifeTests {
    private struct Tokens {
        let access: String
        let refresh: String

        init(_ answer: Answer) throws {
            access = try #require(answer["access_token"]?.stringValue, "\(answer.text)")
            refresh = try #require(answer["refresh_token"]?.stringValue)
        }
    }

    private static func logIn(_ staff: StaffedFront, _ username: String = "vic") async throws -> Tokens {
        try Tokens(try await staff.loginAnswer(username))
    }

    private static func refresh(_ staff: StaffedFront, _ token: String) async throws -> Answer {
        let body: JSON = ["refresh_token": .string(token)]
        return try await staff.request(.post, "/api/auth/refresh", token: nil, bytes: body.bytes)
    }

    private static func isGood(_ staff: StaffedFront, _ token: String) async throws -> Bool {
        let answer = try await staff.request(.get, "/api/status", token: token)
        if answer.status == .ok { return true }
        #expect(answer.status == .unauthorized)
        #expect(answer.text == #"{"detail":"Could not validate credentials"}"#)
        #expect(answer.headers[.wwwAuthenticate] == "Bearer")
        return false
    }

    private static func change(_ staff: StaffedFront, _ username: String, _ body: String) async throws {
        let answer = try await staff.request(.patch, "/api/auth/users/\(username)", as: .admin, body)
        #expect(answer.status == .ok, "\(answer.text)")
    }

    // MARK: The end of a token

    @Test("an access token is good for half an hour, a refresh token for a week, each to its last moment")
    func ends() async throws {
        try await StaffedFront.run { staff in
            let tokens = try await Self.logIn(staff)
            staff.time.advance(by: .minutes(30))
            #expect(try await Self.isGood(staff, tokens.access))
            staff.time.advance(by: Interval(microseconds: 1))
            #expect(try await !Self.isGood(staff, tokens.access))
            staff.time.advance(by: .minutes(24 * 7 * 60 - 30))
            #expect(try await Self.refresh(staff, tokens.refresh).status == .unauthorized)
        }
    }

    @Test("the life of an access token is a setting")
    func lifeSetting() async throws {
        try await StaffedFront.run(identity: { $0.accessTokenLife = .minutes(2) }) { staff in
            let answer = try await staff.loginAnswer("vic")
            #expect(answer["expires_in"] == 120)
            staff.time.advance(by: .seconds(121))
            #expect(try await !Self.isGood(staff, try Tokens(answer).access))
        }
    }

    // MARK: Refresh

    @Test("a refresh token is worth new tokens, and the old ones stay what they were")
    func refresh() async throws {
        try await StaffedFront.run { staff in
            let tokens = try await Self.logIn(staff)
            staff.time.advance(by: .minutes(20))
            let before = try staff.fixture.ledger.log.lastPosition
            let answer = try await Self.refresh(staff, tokens.refresh)
            #expect(answer.keys == ["access_token", "refresh_token", "token_type", "requires_2fa", "expires_in"])
            #expect(answer.headers[.cacheControl] == "no-store")
            #expect(try staff.fixture.eventTypes(from: before + 1) == ["login.refreshed.v1"])
            let new = try Tokens(answer)
            #expect(try await Self.isGood(staff, new.access))
            #expect(try await Self.isGood(staff, tokens.access))
            staff.time.advance(by: .minutes(20))
            #expect(try await Self.isGood(staff, new.access))
            #expect(try await !Self.isGood(staff, tokens.access))
            #expect(try await Self.refresh(staff, new.refresh).status == .ok)
        }
    }

    @Test("an answer that was lost can be asked for again within a minute, as often as need be")
    func refreshGrace() async throws {
        try await StaffedFront.run { staff in
            let tokens = try await Self.logIn(staff)
            let first = try Tokens(try await Self.refresh(staff, tokens.refresh))
            staff.time.advance(by: .seconds(60))
            for _ in 1...4 {
                let again = try Tokens(try await Self.refresh(staff, tokens.refresh))
                #expect(try await Self.isGood(staff, again.access))
            }
            // Two windows that asked at once go on, each with what it got.
            staff.time.advance(by: .minutes(2))
            #expect(try await Self.refresh(staff, first.refresh).status == .ok)
            #expect(try await Self.isGood(staff, first.access))
        }
    }

    @Test("a refresh token that comes back later is somebody else's: the login is over, with all its tokens")
    func reuse() async throws {
        try await StaffedFront.run { staff in
            let tokens = try await Self.logIn(staff)
            let new = try Tokens(try await Self.refresh(staff, tokens.refresh))
            staff.time.advance(by: .seconds(61))
            let events = try await staff.events { () async throws in
                #expect(try await Self.refresh(staff, tokens.refresh).status == .unauthorized)
            }
            #expect(events == ["login.closed.v1"])
            for token in [tokens.access, new.access] { #expect(try await !Self.isGood(staff, token)) }
            #expect(try await Self.refresh(staff, new.refresh).status == .unauthorized)
            // Other logins of the same user have nothing to do with it.
            #expect(try await staff.get("/api/status", as: .viewer).status == .ok)
            let entry = try await staff.get("/api/audit?event=LOGOUT").json.arrayValue?.first
            #expect(entry?["details"]?["reason"] == "refresh_token_reused")
        }
    }

    @Test("no other token refreshes, and a refresh token opens nothing")
    func kinds() async throws {
        try await StaffedFront.run { staff in
            let tokens = try await Self.logIn(staff)
            let credential = try #require(staff.token(of: .service))
            for token in [tokens.access, "nonsense", "", credential] {
                #expect(try await Self.refresh(staff, token).status == .unauthorized)
            }
            #expect(try await !Self.isGood(staff, tokens.refresh))
            for body in [#"{"refresh_token":1}"#, "{}", "", "[]", "{"] {
                let answer = try await staff.request(
                    .post, "/api/auth/refresh", token: nil, bytes: Array(body.utf8))
                #expect(answer.status == .unprocessableContent)
            }
        }
    }

    // MARK: Logout

    @Test("a logout ends one login: its access and its refresh token, at once")
    func logout() async throws {
        try await StaffedFront.run { staff in
            let (tokens, other) = (try await Self.logIn(staff), try await Self.logIn(staff))
            let answer = try await staff.request(.post, "/api/auth/logout", token: tokens.access)
            #expect(answer.text == #"{"message":"Logged out"}"#)
            #expect(try await !Self.isGood(staff, tokens.access))
            #expect(try await Self.refresh(staff, tokens.refresh).status == .unauthorized)
            #expect(try await staff.request(.post, "/api/auth/logout", token: tokens.access).status == .unauthorized)
            #expect(try await Self.isGood(staff, other.access))
        }
    }

    @Test("a token that somebody else has made with our key can be logged out too, and no other one with it")
    func foreignLogout() async throws {
        let key = Array("0123456789abcdef".utf8)
        try await StaffedFront.run(keys: SigningKeys(current: key)) { staff async throws in
            let now = Int(staff.time.now().microseconds / 1_000_000)
            let first = HandMadeToken(of: "vic", until: now + 600).signed(with: key)
            let second = HandMadeToken(of: "vic", until: now + 601).signed(with: key)
            #expect(try await staff.request(.post, "/api/auth/logout", token: first).status == .ok)
            #expect(try await !Self.isGood(staff, first))
            #expect(try await Self.isGood(staff, second))
        }
    }

    // MARK: Passwords

    @Test("a new password voids every token of the user, and the old password")
    func password() async throws {
        try await StaffedFront.run { staff in
            let (tokens, other) = (try await Self.logIn(staff), try await Self.logIn(staff))
            staff.time.advance(by: .seconds(1))
            let body = #"{"current_password":"correct horse 9!","new_password":"another one"}"#
            let answer = try await staff.request(
                .post, "/api/auth/password", token: tokens.access, bytes: Array(body.utf8))
            #expect(answer.text == #"{"message":"Password changed: log in again"}"#)
            for token in [tokens.access, other.access] { #expect(try await !Self.isGood(staff, token)) }
            #expect(try await Self.refresh(staff, other.refresh).status == .unauthorized)
            #expect(try await staff.loginAnswer("vic").status == .unauthorized)
            #expect(try await Self.isGood(staff, try await staff.logIn("vic", "another one")))
            // Nobody else's.
            #expect(try await staff.get("/api/status", as: .analyst).status == .ok)
        }
    }

    @Test("a login in the very moment after a new password is good")
    func passwordAndLogin() async throws {
        try await StaffedFront.run { staff in
            try await Self.change(staff, "vic", #"{"password":"another one"}"#)
            #expect(try await Self.isGood(staff, try await staff.logIn("vic", "another one")))
        }
    }

    @Test("a password that an administrator gives voids the tokens as well, of those who had a temporary one too")
    func passwordByAdministrator() async throws {
        try await StaffedFront.run { staff in
            let tokens = try await Self.logIn(staff)
            staff.time.advance(by: .seconds(1))
            try await Self.change(staff, "vic", #"{"password":"another one"}"#)
            #expect(try await !Self.isGood(staff, tokens.access))
        }
    }

    @Test("a change of the name, of the address or of the rank voids nothing")
    func harmlessChanges() async throws {
        try await StaffedFront.run { staff in
            let tokens = try await Self.logIn(staff)
            staff.time.advance(by: .seconds(1))
            try await Self.change(
                staff, "vic", #"{"full_name":"V","email":"v@example.com","rank":"ciso","role":"viewer"}"#)
            #expect(try await Self.isGood(staff, tokens.access))
        }
    }

    // MARK: Deactivation, roles

    @Test("whoever is deactivated is out with the next request, and comes back by a new login alone")
    func deactivation() async throws {
        try await StaffedFront.run { staff in
            let tokens = try await Self.logIn(staff)
            staff.time.advance(by: .seconds(1))
            try await Self.change(staff, "vic", #"{"is_active":false}"#)
            let answer = try await staff.request(.get, "/api/status", token: tokens.access)
            #expect(answer.status == .badRequest)
            #expect(answer.text == #"{"detail":"Inactive user"}"#)
            #expect(try await Self.refresh(staff, tokens.refresh).status == .badRequest)
            staff.time.advance(by: .seconds(1))
            try await Self.change(staff, "vic", #"{"is_active":true}"#)
            #expect(try await !Self.isGood(staff, tokens.access))
            #expect(try await Self.refresh(staff, tokens.refresh).status == .unauthorized)
            #expect(try await Self.isGood(staff, try await Self.logIn(staff).access))
        }
    }

    @Test("a program that is deactivated, or has another credential, is out with the next request")
    func programs() async throws {
        try await StaffedFront.run { staff in
            #expect(try await staff.get("/api/status", as: .service).status == .ok)
            try await Self.change(staff, "candi", #"{"is_active":false}"#)
            #expect(try await staff.get("/api/status", as: .service).text == #"{"detail":"Inactive user"}"#)
            try await Self.change(staff, "candi", #"{"is_active":true}"#)
            #expect(try await staff.get("/api/status", as: .service).status == .ok)
            let answer = try await staff.post("/api/auth/services/candi/credential")
            let credential = try #require(answer["credential"]?.stringValue)
            #expect(answer.headers[.cacheControl] == "no-store")
            #expect(try await !Self.isGood(staff, try #require(staff.token(of: .service))))
            #expect(try await Self.isGood(staff, credential))
        }
    }

    @Test("the role that counts is the stored one, with the next request, whatever the token says")
    func roles() async throws {
        try await StaffedFront.run { staff in
            try await staff.submit("a1")
            #expect(try await staff.decide("a1", as: .viewer).status == .forbidden)
            try await Self.change(staff, "vic", #"{"role":"analyst"}"#)
            #expect(try await staff.get("/api/decisions/pending", as: .viewer).status == .ok)
            try await Self.change(staff, "ann", #"{"role":"viewer"}"#)
            #expect(try await staff.decide("a1", as: .analyst).status == .forbidden)
            #expect(try await staff.decide("a1", as: .viewer).status == .ok)
        }
    }

    @Test("a claim of another role is worth nothing")
    func claimedRole() async throws {
        let key = Array("0123456789abcdef0123456789abcdef".utf8)
        try await StaffedFront.run(keys: SigningKeys(current: key)) { staff async throws in
            let now = Int(staff.time.now().microseconds / 1_000_000)
            let token = HandMadeToken(of: "vic", until: now + 600).with("role", "admin").signed(with: key)
            #expect(try await staff.request(.get, "/api/status", token: token).status == .ok)
            #expect(try await staff.request(.get, "/api/auth/users", token: token).status == .forbidden)
        }
    }

    // MARK: Keys

    @Test("after a rotation old tokens are good until they end, new ones are signed with the new key")
    func rotation() async throws {
        try await StaffedFront.run { staff in
            let tokens = try await Self.logIn(staff)
            #expect(
                try await staff.post("/api/auth/keys/rotate").text
                    == #"{"message":"New tokens are signed with a new key"}"#)
            #expect(try await Self.isGood(staff, tokens.access))
            let new = try Tokens(try await Self.refresh(staff, tokens.refresh))
            #expect(try await Self.isGood(staff, new.access))
            // Each server that opens the same directory knows both keys.
            let services = try IdentityServices(ledger: staff.fixture.ledger)
            for token in [tokens.access, new.access] {
                let claims = try await services.tokens.claims(of: token, at: staff.time.now())
                #expect(claims.username == "vic")
            }
            // A week later no token of the old key is left, and the key is good for nothing.
            let old = services.keys.inForce(at: staff.time.now())
            #expect(old.count == 2)
            #expect(services.keys.inForce(at: staff.time.now() + .hours(24 * 7)).count == 2)
            #expect(services.keys.inForce(at: staff.time.now() + .hours(24 * 7) + .seconds(1)) == Array(old.prefix(1)))
        }
    }

    @Test("a key of the configuration is not the server's to change")
    func configuredKey() async throws {
        try await StaffedFront.run(keys: SigningKeys(current: Array("configured".utf8))) { staff in
            let answer = try await staff.post("/api/auth/keys/rotate")
            #expect(answer.status == .conflict)
            #expect(answer.text.contains("The signing key comes from the configuration"))
            #expect(try await staff.get("/api/status").status == .ok)
        }
    }
}
