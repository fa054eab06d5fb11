import EventLog
import HTTPTypes
import Identity
import Ledger
import Testing
import VerdictTesting

/// Users and programs, as an administrator manages them (hitl-api 6.1, 6.5 and 14.4).
@Suite("Managing users")
struct UserManagementTests {
    private static let register = "/api/auth/register"

    private static func patch(_ staff: StaffedFront, _ username: String, _ body: String) async throws -> Answer {
        try await staff.request(.patch, "/api/auth/users/\(username)", as: .admin, body)
    }

    @Test("whoever is registered can log in, in the role that was given", arguments: Role.people)
    func registered(_ role: Role) async throws {
        try await StaffedFront.run { staff in
            let body = AnalysisSample.registration("eve", ["role": .string(role.rawValue)])
            let answer = try await staff.post(Self.register, body)
            #expect(answer.text == #"{"message":"User registered successfully","username":"eve"}"#)
            let token = try await staff.logIn("eve")
            #expect(try await staff.request(.get, "/api/auth/me", token: token)["role"]?.stringValue == role.rawValue)
        }
    }

    static let registrations: [(name: String, changes: [String: JSON], without: String?, status: Int)] = [
        ("the role left out", [:], "role", 200), ("a role of null", ["role": nil], nil, 422),
        ("the role of programs", ["role": "service"], nil, 422), ("a role in capitals", ["role": "ADMIN"], nil, 422),
        ("no full name", ["full_name": ""], nil, 200), ("the full name left out", [:], "full_name", 422),
        ("a full name of null", ["full_name": nil], nil, 422), ("three characters", ["username": "eve"], nil, 200),
        ("two characters", ["username": "ev"], nil, 422),
        ("fifty characters", ["username": .string(String(repeating: "é", count: 50))], nil, 200),
        ("fifty-one characters", ["username": .string(String(repeating: "é", count: 51))], nil, 422),
        ("a name of any characters", ["username": "Éve @ home; 🔑 --"], nil, 200),
        ("a name with a slash", ["username": "eve/x"], nil, 422), ("dots alone", ["username": "..."], nil, 200),
        ("a name with a line break", ["username": "eve\n"], nil, 422),
        ("eight characters", ["password": "12345678"], nil, 200),
        ("seven characters", ["password": "1234567"], nil, 422),
        ("a long password", ["password": .string(String(repeating: "x", count: 1024))], nil, 200),
        ("too long a password", ["password": .string(String(repeating: "x", count: 1025))], nil, 422),
        ("a rank", ["rank": "soc_supervisor"], nil, 200), ("a rank that is a number", ["rank": 1], nil, 422),
        ("what is not ours", ["is_admin": true], nil, 200),
    ]

    @Test("the rules of a registration", arguments: registrations)
    func rules(name: String, changes: [String: JSON], without: String?, status: Int) async throws {
        try await StaffedFront.run { staff in
            let body =
                without.map { AnalysisSample.registration("eve", changes, without: $0) }
                ?? AnalysisSample.registration("eve", changes)
            let events = try await staff.events {
                let answer = try await staff.post(Self.register, body)
                #expect(answer.status.code == status, "\(answer.text)")
            }
            #expect(events == (status == 200 ? ["user.registered.v1"] : []))
            if name == "the role left out" {
                let users = try await staff.get("/api/auth/users").json.arrayValue ?? []
                #expect(users.first { $0["username"] == "eve" }?["role"] == "analyst")
            }
        }
    }

    static let addresses: [(sent: String, kept: String?)] = [
        ("a@test.com", "a@test.com"), ("a@example.com", "a@example.com"), ("  a@b.org\n", "a@b.org"),
        ("A.B+c@Sub.EXAMPLE.Org", "A.B+c@sub.example.org"), ("Eve <a@b.org>", "a@b.org"), ("<a@b.org>", "a@b.org"),
        ("用户@例子.公司", "用户@例子.公司"), ("o'brien@b.org", "o'brien@b.org"), ("a@b-c.org", "a@b-c.org"),
        ("nobody", nil), ("", nil), ("@b.org", nil), ("a@", nil), ("a@b", nil), ("a@b@c.org", nil), ("a..b@c.org", nil),
        (".a@c.org", nil), ("a.@c.org", nil), ("a@b..org", nil), ("a@.org", nil), ("a@b.", nil), ("a@b_c.org", nil),
        ("a@[192.0.2.1]", nil), ("a@192.0.2.1", nil), ("a@-b.org", nil), ("a b@c.org", nil), ("a@b c.org", nil),
        ("a@host.local", nil), ("a@host.test", nil), ("a@localhost", nil), ("a@x.localhost", nil),
        ("a@x.invalid", nil), ("a@x.onion", nil), ("a@b.org\0", nil), ("a\n@b.org", nil),
        (String(repeating: "a", count: 65) + "@b.org", nil), ("a@" + String(repeating: "b", count: 64) + ".org", nil),
    ]

    @Test("an address is one that mail could reach", arguments: addresses)
    func email(sent: String, kept: String?) async throws {
        try await StaffedFront.run { staff in
            let answer = try await staff.post(
                Self.register, AnalysisSample.registration("eve", ["email": .string(sent)]))
            #expect(answer.status == (kept == nil ? .unprocessableContent : .ok), "\(answer.text)")
            guard let kept else { return }
            let users = try await staff.get("/api/auth/users").json.arrayValue ?? []
            #expect(users.first { $0["username"] == "eve" }?["email"]?.stringValue == kept)
        }
    }

    @Test("the list shows everybody by name, and nothing that is secret")
    func list() async throws {
        try await StaffedFront.run { staff in
            let answer = try await staff.get("/api/auth/users")
            let users = answer.json.arrayValue ?? []
            #expect(users.map { $0["username"] } == ["ada", "ann", "candi", "vic"])
            #expect(users.map { $0["role"] } == ["admin", "analyst", "service", "viewer"])
            #expect(
                users.first?.text
                    == #"{"username":"ada","email":"ada@example.com","full_name":"","role":"admin","rank":"soc_operator","#
                    + #""is_active":true,"is_2fa_enabled":false,"created_at":"2026-01-15T12:00:00.000000Z","#
                    + #""last_login":"2026-01-15T12:00:00.000000Z"}"#)
        }
    }

    static let changes: [(body: String, events: [String])] = [
        (#"{"full_name":"Victor"}"#, ["user.profile_changed.v1"]),
        (#"{"email":"v@example.org"}"#, ["user.profile_changed.v1"]),
        (#"{"rank":"ciso"}"#, ["user.profile_changed.v1"]),
        (#"{"role":"analyst"}"#, ["user.role_changed.v1"]), (#"{"role":"viewer"}"#, []),
        (#"{"is_active":false}"#, ["user.deactivated.v1"]), (#"{"is_active":true}"#, []), ("{}", []),
        (#"{"password":"another one"}"#, ["user.password_changed.v1"]),
        (
            #"{"full_name":"V","role":"admin","password":"another one","is_active":false}"#,
            ["user.profile_changed.v1", "user.role_changed.v1", "user.password_changed.v1", "user.deactivated.v1"]
        ),
    ]

    @Test("a change records what it changes, and answers with the user", arguments: changes)
    func change(body: String, events: [String]) async throws {
        try await StaffedFront.run { staff in
            let recorded = try await staff.events {
                let answer = try await Self.patch(staff, "vic", body)
                #expect(answer.status == .ok, "\(answer.text)")
                let sent = try #require(try JSONParser.parse(body).objectValue)
                for member in sent.members where member.key != "password" {
                    #expect(answer[member.key] == member.value)
                }
                #expect(answer["password"] == nil)
            }
            #expect(recorded == events)
        }
    }

    @Test(
        "a change that cannot be is refused, and nothing of it happens",
        arguments: [
            #"{"is_active":"no"}"#, #"{"is_active":null}"#, #"{"role":"root"}"#, #"{"role":null}"#,
            #"{"role":"service"}"#, #"{"full_name":null}"#, #"{"full_name":"V","email":"nobody"}"#,
            #"{"role":"analyst","password":"short"}"#, "[]", "",
        ])
    func wrongChange(_ body: String) async throws {
        try await StaffedFront.run { staff in
            let events = try await staff.events { () async throws in
                #expect(try await Self.patch(staff, "vic", body).status == .unprocessableContent)
            }
            #expect(events.isEmpty)
        }
    }

    @Test("the last active administrator stays one", arguments: [#"{"is_active":false}"#, #"{"role":"analyst"}"#])
    func lastAdministrator(_ body: String) async throws {
        try await StaffedFront.run { staff in
            let answer = try await Self.patch(staff, "ada", body)
            #expect(answer.status == .badRequest)
            #expect(answer.text.contains("The last active administrator stays one"))
            #expect(try await Self.patch(staff, "vic", #"{"role":"admin"}"#).status == .ok)
            #expect(try await Self.patch(staff, "ada", body).status == .ok)
            // Now it is the other one.
            let other = try await staff.request(
                .patch, "/api/auth/users/vic", token: staff.token(of: .viewer), bytes: Array(body.utf8))
            #expect(other.status == .badRequest)
        }
    }

    @Test("two administrators who take the right from each other at once: one keeps it")
    func mutualDemotion() async throws {
        try await StaffedFront.run { staff in
            #expect(try await Self.patch(staff, "vic", #"{"role":"admin"}"#).status == .ok)
            async let first = staff.request(.patch, "/api/auth/users/vic", as: .admin, #"{"role":"analyst"}"#)
            async let second = staff.request(.patch, "/api/auth/users/ada", as: .viewer, #"{"role":"analyst"}"#)
            let statuses = try await [first.status.code, second.status.code]
            #expect(statuses.count { $0 == 200 } == 1)
            #expect(staff.fixture.ledger.accounts.administrators.count == 1)
        }
    }

    @Test(
        "a service has no password, and a person no credential",
        arguments: [
            (
                "/api/auth/users/candi", #"{"password":"a password"}"#,
                "A service has a credential instead of a password"
            ),
            ("/api/auth/users/candi", #"{"role":"analyst"}"#, "stays a service"),
            ("/api/auth/services/vic/credential", "", "Only a service has a credential"),
        ])
    func services(_ path: String, _ body: String, _ part: String) async throws {
        try await StaffedFront.run { staff in
            let method: HTTPRequest.Method = path.contains("users") ? .patch : .post
            let answer = try await staff.request(method, path, as: .admin, body)
            #expect(answer.status == .badRequest)
            #expect(answer.text.contains(part), "\(answer.text)")
        }
    }

    @Test("a program gets a credential once, which is good as a token")
    func program() async throws {
        try await StaffedFront.run { staff in
            let answer = try await staff.post(
                "/api/auth/services", #"{"username":"sensor","description":"at the gate"}"#)
            #expect(answer.keys == ["message", "username", "credential"])
            #expect(answer.headers[.cacheControl] == "no-store")
            let credential = try #require(answer["credential"]?.stringValue)
            #expect(credential.hasPrefix(ServiceCredential.prefix))
            let me = try await staff.request(.get, "/api/auth/me", token: credential)
            #expect(me["username"] == "sensor")
            #expect(me["role"] == "service")
            let again = try await staff.post("/api/auth/services", #"{"username":"sensor"}"#)
            #expect(again.text == #"{"detail":"Username already registered"}"#)
            let log = try staff.fixture.ledger.log.read(from: 1, limit: .max)
                .map { String(decoding: $0.data, as: UTF8.self) }.joined()
            #expect(!log.contains(credential))
        }
    }

    @Test("the command line manages users under its own name")
    func commandLine() async throws {
        try await StaffedFront.run { staff in
            #expect(try await staff.post(Self.register, AnalysisSample.registration("eve"), as: .local).status == .ok)
            let entry = try await staff.get("/api/audit?event=USER_CREATED&limit=1", as: .local).json.arrayValue?.first
            #expect(entry?["user"] == "system:command-line")
        }
    }
}
