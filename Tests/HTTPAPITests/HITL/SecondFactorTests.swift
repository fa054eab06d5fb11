import EventLog
import HTTPTypes
import Identity
import Ledger
import Testing
import VerdictTesting

/// One-time codes beside the password, from setting them up to losing them (hitl-api 6.3, 6.4, 13 and 14.3).
@Suite("The second factor")
struct SecondFactorTests {
    private static let verify = "/api/auth/2fa/verify"

    /// What a user writes down at the set-up.
    private struct Device {
        let secret: [UInt8]
        let backupCodes: [String]

        init(_ answer: Answer) throws {
            secret = try #require(answer["secret"]?.stringValue.flatMap { Base32.bytes($0) }, "\(answer.text)")
            backupCodes = answer["backup_codes"]?.arrayValue?.compactMap(\.stringValue) ?? []
        }

        func code(at moment: Timestamp, steps: Int = 0) -> String {
            OneTimeCode.code(of: secret, step: OneTimeCode.step(at: moment) + steps)
        }
    }

    private static func setUp(_ staff: StaffedFront, as caller: Caller = .viewer) async throws -> Device {
        try Device(try await staff.post("/api/auth/2fa/setup", as: caller))
    }

    /// Sets the factor up and proves it; the clock is then two steps further, so that the next code is a new one.
    private static func enabled(_ staff: StaffedFront, as caller: Caller = .viewer) async throws -> Device {
        let device = try await setUp(staff, as: caller)
        let answer = try await staff.post("\(verify)?code=\(device.code(at: staff.time.now()))", as: caller)
        #expect(answer.text == #"{"message":"2FA verified and enabled"}"#)
        staff.time.advance(by: .seconds(60))
        return device
    }

    /// The token that a right password is worth while a code is missing.
    private static func temporaryToken(_ staff: StaffedFront, _ caller: Caller = .viewer) async throws -> String {
        let answer = try await staff.loginAnswer(caller.username)
        #expect(answer["requires_2fa"] == true)
        return try #require(answer["access_token"]?.stringValue)
    }

    /// What stands in a JSON object with a code.
    private static func body(_ code: String) -> [UInt8] {
        JSON.object(.init([.init(key: "code", value: .string(code))])).bytes
    }

    private static func verified(
        _ staff: StaffedFront, _ code: String, with token: String
    ) async throws -> Answer {
        try await staff.request(.post, verify, token: token, bytes: body(code))
    }

    @Test("the set-up answers with a secret, its address and ten codes, new ones each time")
    func setUp() async throws {
        try await StaffedFront.run { staff in
            let answer = try await staff.post("/api/auth/2fa/setup", as: .viewer)
            #expect(answer.keys == ["secret", "qr_code_url", "backup_codes"])
            #expect(answer.headers[.cacheControl] == "no-store")
            let secret = try #require(answer["secret"]?.stringValue)
            #expect(secret.utf8.count == 32)
            #expect(
                answer["qr_code_url"]?.stringValue
                    == "otpauth://totp/Reactive%20Fabric%20HITL:vic%40example.com?secret=\(secret)"
                    + "&issuer=Reactive%20Fabric%20HITL")
            let codes = try Device(answer).backupCodes
            #expect(Set(codes).count == 10)
            #expect(codes.allSatisfy { BackupCode.isOne($0) && $0 == $0.uppercased() })
            let again = try await staff.post("/api/auth/2fa/setup", as: .viewer)
            #expect(again["secret"] != answer["secret"])
            #expect(Set(try Device(again).backupCodes).isDisjoint(with: codes))
        }
    }

    @Test("a factor counts once a code has proved it")
    func enabling() async throws {
        try await StaffedFront.run { staff in
            let device = try await Self.setUp(staff)
            #expect(try await staff.get("/api/auth/me", as: .viewer)["is_2fa_enabled"] == false)
            #expect(try await staff.loginAnswer("vic")["requires_2fa"] == false)
            let code = device.code(at: staff.time.now())
            let events = try await staff.events { () async throws in
                #expect(try await staff.post("\(Self.verify)?code=\(code)", as: .viewer).status == .ok)
            }
            #expect(events == ["user.second_factor_enabled.v1"])
            #expect(try await staff.get("/api/auth/me", as: .viewer)["is_2fa_enabled"] == true)
            #expect(try await staff.loginAnswer("vic")["requires_2fa"] == true)
        }
    }

    @Test("a new set-up is enabled by its own code alone, and until then the old factor is the one that counts")
    func renewing() async throws {
        try await StaffedFront.run { staff in
            let old = try await Self.setUp(staff)
            let code = old.code(at: staff.time.now())
            #expect(try await staff.post("\(Self.verify)?code=\(code)", as: .viewer).status == .ok)
            let new = try await Self.setUp(staff)
            staff.time.advance(by: .minutes(1))
            let events = try await staff.events { () async throws in
                let code = old.code(at: staff.time.now())
                #expect(try await staff.post("\(Self.verify)?code=\(code)", as: .viewer).status == .unauthorized)
            }
            #expect(events == ["access.code_refused.v1"])
            let right = new.code(at: staff.time.now())
            #expect(try await staff.post("\(Self.verify)?code=\(right)", as: .viewer).status == .ok)
        }
    }

    @Test(
        "one step early and one late are taken, two are not",
        arguments: [(-2, 401), (-1, 200), (0, 200), (1, 200), (2, 401)])
    func tolerance(steps: Int, status: Int) async throws {
        try await StaffedFront.run { staff in
            let device = try await Self.setUp(staff)
            let code = device.code(at: staff.time.now(), steps: steps)
            #expect(try await staff.post("\(Self.verify)?code=\(code)", as: .viewer).status.code == status)
        }
    }

    @Test(
        "a wrong code is refused, whatever it looks like", arguments: ["", "0", "0000000", "abcdef", "%00", "１２３４５６"])
    func wrongCodes(_ code: String) async throws {
        try await StaffedFront.run { staff in
            _ = try await Self.setUp(staff)
            let answer = try await staff.post("\(Self.verify)?code=\(code)", as: .viewer)
            #expect(answer.status == .unauthorized)
            #expect(answer.text == #"{"detail":"Invalid 2FA code"}"#)
            #expect(answer.headers[.wwwAuthenticate] == nil)
        }
    }

    @Test("a code in a body counts with a temporary token alone", arguments: [false, true])
    func bodyWithFullToken(isSetUp: Bool) async throws {
        try await StaffedFront.run { staff in
            let device = isSetUp ? try await Self.setUp(staff) : nil
            let code = device?.code(at: staff.time.now()) ?? "123456"
            let token = try #require(staff.token(of: .viewer))
            let answer = try await Self.verified(staff, code, with: token)
            #expect(answer.status == .unprocessableContent)
            #expect(
                answer.text.contains(
                    #"[{"type":"missing","loc":["query","code"],"msg":"Field required","input":null}]"#))
        }
    }

    @Test("the login answers with a temporary token, which is worth tokens with a code, in the body or in the query")
    func login() async throws {
        try await StaffedFront.run { staff in
            let device = try await Self.enabled(staff)
            let first = try await staff.loginAnswer("vic")
            #expect(first["refresh_token"] == "")
            #expect(first["token_type"] == "bearer")
            #expect(first["expires_in"] == 300)
            let temporary = try await Self.temporaryToken(staff)
            let code = device.code(at: staff.time.now())
            let answer = try await Self.verified(staff, code, with: temporary)
            #expect(
                answer.keys == [
                    "message", "access_token", "refresh_token", "token_type", "requires_2fa", "expires_in",
                ])
            #expect(answer["requires_2fa"] == false)
            let token = try #require(answer["access_token"]?.stringValue)
            #expect(try await staff.request(.get, "/api/status", token: token).status == .ok)

            staff.time.advance(by: .seconds(30))
            let later = device.code(at: staff.time.now())
            let query = try await staff.request(.post, "\(Self.verify)?code=\(later)", token: temporary)
            #expect(query.status == .ok)
            let entries = try await staff.get("/api/audit?event=LOGIN_SUCCESS&user=vic").json.arrayValue ?? []
            #expect(entries.prefix(2).allSatisfy { $0["details"]?["factor"] == "code" })
        }
    }

    @Test("a temporary token opens nothing else")
    func temporaryTokenElsewhere() async throws {
        try await StaffedFront.run { staff in
            _ = try await Self.enabled(staff, as: .admin)
            try await staff.submit("a1")
            let token = try await Self.temporaryToken(staff, .admin)
            let requests: [(HTTPRequest.Method, String, String?)] = [
                (.get, "/api/auth/me", nil), (.get, "/api/status", nil), (.get, "/api/auth/users", nil),
                (.get, "/api/decisions/pending", nil), (.get, "/api/decisions/a1", nil),
                (.get, "/api/decisions/a1/response?wait=1", nil), (.get, "/api/audit", nil),
                (.post, "/api/decisions/submit", AnalysisSample.body("a2")),
                (.post, "/api/decisions/a1/decide", AnalysisSample.answer("approved")),
                (.post, "/api/auth/register", AnalysisSample.registration("eve")), (.post, "/api/auth/2fa/setup", nil),
                (.post, "/api/auth/logout", nil), (.post, "/api/auth/keys/rotate", nil),
                (.post, "/api/auth/password", #"{"current_password":"correct horse 9!","new_password":"another one"}"#),
                (.post, "/api/auth/refresh", #"{"refresh_token":"\#(token)"}"#),
            ]
            let events = try await staff.events {
                for (method, path, body) in requests {
                    let answer = try await staff.request(method, path, token: token, bytes: body.map { Array($0.utf8) })
                    #expect(answer.status == .unauthorized, "\(path)")
                    #expect(answer.text == #"{"detail":"Could not validate credentials"}"#)
                }
            }
            #expect(events.isEmpty)
        }
    }

    @Test("a temporary token is over after five minutes, and after a new password")
    func temporaryTokenEnds() async throws {
        try await StaffedFront.run { staff in
            let device = try await Self.enabled(staff)
            let token = try await Self.temporaryToken(staff)
            staff.time.advance(by: .seconds(301))
            let late = try await Self.verified(staff, device.code(at: staff.time.now()), with: token)
            #expect(late.status == .unauthorized)
            #expect(late.text == #"{"detail":"Could not validate credentials"}"#)

            let second = try await Self.temporaryToken(staff)
            staff.time.advance(by: .seconds(2))
            _ = try await staff.request(
                .patch, "/api/auth/users/vic", token: Self.admin(staff),
                bytes: Array(#"{"password":"another one"}"#.utf8))
            let void = try await Self.verified(staff, device.code(at: staff.time.now()), with: second)
            #expect(void.status == .unauthorized)
        }
    }

    @Test("a code is taken once, at the set-up, at a login and later")
    func replay() async throws {
        try await StaffedFront.run { staff in
            let device = try await Self.setUp(staff)
            let code = device.code(at: staff.time.now())
            #expect(try await staff.post("\(Self.verify)?code=\(code)", as: .viewer).status == .ok)
            #expect(try await staff.post("\(Self.verify)?code=\(code)", as: .viewer).status == .unauthorized)
            let temporary = try await Self.temporaryToken(staff)
            #expect(try await Self.verified(staff, code, with: temporary).status == .unauthorized)

            staff.time.advance(by: .seconds(30))
            let next = device.code(at: staff.time.now())
            #expect(try await Self.verified(staff, next, with: temporary).status == .ok)
            #expect(try await Self.verified(staff, next, with: temporary).status == .unauthorized)
            // An earlier step than the last one that was used is over too.
            let earlier = device.code(at: staff.time.now(), steps: -1)
            #expect(try await Self.verified(staff, earlier, with: temporary).status == .unauthorized)
        }
    }

    @Test("twenty logins with one code: one is in")
    func simultaneousReplay() async throws {
        try await StaffedFront.run { staff in
            let device = try await Self.enabled(staff)
            let temporary = try await Self.temporaryToken(staff)
            let code = device.code(at: staff.time.now())
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 1...20 {
                    group.addTask { Int(try await Self.verified(staff, code, with: temporary).status.code) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.count { $0 == 200 } == 1)
            #expect(statuses.allSatisfy { [200, 401, 429].contains($0) })
            #expect(try staff.fixture.eventTypes().count { $0 == "user.code_used.v1" } == 1)
        }
    }

    @Test("a backup code is taken once, in any case of its letters")
    func backupCodes() async throws {
        try await StaffedFront.run { staff in
            let device = try await Self.enabled(staff)
            let temporary = try await Self.temporaryToken(staff)
            let events = try await staff.events {
                let answer = try await Self.verified(staff, device.backupCodes[3].lowercased(), with: temporary)
                #expect(answer.status == .ok, "\(answer.text)")
            }
            #expect(events == ["user.backup_code_used.v1", "login.opened.v1"])
            for used in [device.backupCodes[3], device.backupCodes[3].lowercased(), "DEADBEEF"] {
                #expect(try await Self.verified(staff, used, with: temporary).status == .unauthorized)
            }
            for code in device.backupCodes where code != device.backupCodes[3] {
                #expect(try await Self.verified(staff, code, with: temporary).status == .ok)
            }
            let entries = try await staff.get("/api/audit?event=LOGIN_SUCCESS&user=vic").json.arrayValue ?? []
            #expect(entries.first?["details"]?["factor"] == "backup_code")
        }
    }

    @Test("codes of a set-up that nobody has proved are worth nothing at a login")
    func pendingCodes() async throws {
        try await StaffedFront.run { staff in
            let active = try await Self.enabled(staff)
            let pending = try await Self.setUp(staff)
            let temporary = try await Self.temporaryToken(staff)
            let now = staff.time.now()
            #expect(try await Self.verified(staff, pending.code(at: now), with: temporary).status == .unauthorized)
            #expect(try await Self.verified(staff, pending.backupCodes[0], with: temporary).status == .unauthorized)
            #expect(try await Self.verified(staff, active.code(at: now), with: temporary).status == .ok)
        }
    }

    @Test("setting up again leaves the active factor in force until the new one is proved, which then replaces it")
    func secondSetUp() async throws {
        try await StaffedFront.run { staff in
            let old = try await Self.enabled(staff)
            let new = try await Self.setUp(staff)
            #expect(try await staff.get("/api/auth/me", as: .viewer)["is_2fa_enabled"] == true)
            #expect(try await staff.loginAnswer("vic")["requires_2fa"] == true)
            let code = new.code(at: staff.time.now())
            #expect(try await staff.post("\(Self.verify)?code=\(code)", as: .viewer).status == .ok)

            staff.time.advance(by: .seconds(60))
            let temporary = try await Self.temporaryToken(staff)
            let now = staff.time.now()
            #expect(try await Self.verified(staff, old.code(at: now), with: temporary).status == .unauthorized)
            #expect(try await Self.verified(staff, old.backupCodes[0], with: temporary).status == .unauthorized)
            #expect(try await Self.verified(staff, new.code(at: now), with: temporary).status == .ok)
        }
    }

    @Test("an administrator resets a factor that is lost; then the password is enough again")
    func reset() async throws {
        try await StaffedFront.run { staff in
            _ = try await Self.enabled(staff)
            let answer = try await staff.post("/api/auth/users/vic/reset-2fa")
            #expect(answer.text == #"{"message":"2FA reset"}"#)
            #expect(try await staff.loginAnswer("vic")["requires_2fa"] == false)
            #expect(try await staff.post("/api/auth/users/nobody/reset-2fa").status == .notFound)
        }
    }

    @Test("no secret and no code stands in the log or in an answer about the user")
    func secrets() async throws {
        try await StaffedFront.run { staff in
            let answer = try await staff.post("/api/auth/2fa/setup", as: .viewer)
            let device = try Device(answer)
            let secret = try #require(answer["secret"]?.stringValue)
            let log = try staff.fixture.ledger.log.read(from: 1, limit: .max)
                .map { String(decoding: $0.data, as: UTF8.self) + $0.metadata }.joined()
            let shown = try await staff.get("/api/auth/users").text + staff.get("/api/audit").text
            for text in [log, shown] {
                for word in [secret, StaffedFront.password] + device.backupCodes {
                    #expect(!text.contains(word))
                }
            }
            for word in ["$scrypt$", "sealed", "hash"] { #expect(!shown.contains(word)) }
        }
    }

    private static func admin(_ staff: StaffedFront) -> String? { staff.token(of: .admin) }
}
