import EventLog
import HTTPTypes
import Identity
import Ledger
import Testing
import VerdictTesting

/// The OAuth2 password form (hitl-api 6.2).
@Suite("The login form")
struct LoginFormTests {
    private static let urlEncoded = "application/x-www-form-urlencoded"
    private static let multipart = "multipart/form-data; boundary=\(FormText.boundary)"

    private static func missing(_ names: String...) -> String {
        let items = names.map { #"{"type":"missing","loc":["body","\#($0)"],"msg":"Field required","input":null}"# }
        return #"{"detail":[\#(items.joined(separator: ","))]}"#
    }

    struct Form: Sendable, CustomTestStringConvertible {
        let name: String
        var type: String? = urlEncoded
        let body: String
        let status: Int
        var part = ""

        var testDescription: String { name }
    }

    private static let right = [("username", "vic"), ("password", StaffedFront.password)]

    static let forms = [
        Form(name: "a form", body: FormText.encoded(right), status: 200),
        Form(
            name: "a form with a charset", type: urlEncoded + "; charset=UTF-8", body: FormText.encoded(right),
            status: 200),
        Form(name: "spaces as plus signs", body: "username=vic&password=correct+horse+9%21", status: 200),
        Form(name: "in parts", type: multipart, body: FormText.parts(right), status: 200),
        Form(
            name: "in parts with a quoted boundary", type: #"multipart/form-data; boundary="\#(FormText.boundary)""#,
            body: FormText.parts(right), status: 200),
        Form(
            name: "in parts without a boundary", type: "multipart/form-data", body: FormText.parts(right), status: 422),
        Form(
            name: "what is not ours", body: FormText.encoded(right + [("scope", "all"), ("client_id", "x")]),
            status: 200),
        Form(name: "the grant type", body: FormText.encoded(right + [("grant_type", "password")]), status: 200),
        Form(name: "an empty grant type", body: FormText.encoded(right + [("grant_type", "")]), status: 200),
        Form(
            name: "another grant type", body: FormText.encoded(right + [("grant_type", "client_credentials")]),
            status: 422,
            part: #"{"detail":[{"type":"string_pattern_mismatch","loc":["body","grant_type"],"#
                + #""msg":"String should match pattern 'password'","input":"client_credentials","ctx":{"pattern":"password"}}]}"#
        ),
        Form(name: "nothing", body: "", status: 422, part: missing("username", "password")),
        Form(name: "no password", body: "username=vic", status: 422, part: missing("password")),
        Form(name: "no name", body: "password=x", status: 422, part: missing("username")),
        Form(name: "empty fields", body: "username=&password=", status: 422, part: missing("username", "password")),
        Form(
            name: "names without values", body: "username&password", status: 422, part: missing("username", "password")),
        Form(
            name: "JSON", type: "application/json",
            body: #"{"username":"vic","password":"correct horse 9!"}"#, status: 422,
            part: missing("username", "password")),
        Form(
            name: "no type", type: nil, body: FormText.encoded(right), status: 422,
            part: missing("username", "password")),
        Form(name: "the last of several counts", body: "username=nobody&" + FormText.encoded(right), status: 200),
        Form(
            name: "the last of several counts, also a wrong one", body: FormText.encoded(right) + "&password=x",
            status: 401),
        Form(
            name: "the last part counts", type: multipart, body: FormText.parts([("username", "nobody")] + right),
            status: 200),
        Form(
            name: "a NUL in the password", body: "username=vic&password=correct%00horse", status: 422,
            part: #"{"detail":[{"type":"value_error","loc":["body","password"],"#
                + #""msg":"Value error, password must not contain a NUL character","input":null,"#
                + #""ctx":{"error":"password must not contain a NUL character"}}]}"#),
        Form(name: "a NUL in the name", body: "username=vic%00&password=x", status: 422, part: "NUL"),
        Form(name: "another case of the name", body: FormText.encoded([("username", "VIC"), right[1]]), status: 401),
        Form(name: "spaces around the name", body: FormText.encoded([("username", " vic"), right[1]]), status: 401),
        Form(
            name: "a password that begins right", body: FormText.encoded([right[0], ("password", "correct")]),
            status: 401),
    ]

    @Test("is read as browsers and programs send it", arguments: forms)
    func reading(_ form: Form) async throws {
        try await StaffedFront.run { staff in
            let answer = try await staff.request(
                .post, "/api/auth/login", token: nil, headers: form.type.map { [.contentType: $0] } ?? [:],
                bytes: Array(form.body.utf8))
            #expect(answer.status.code == form.status, "\(answer.text)")
            #expect(answer.text.contains(form.part), "\(answer.text)")
        }
    }

    @Test("credentials in the address do not count")
    func query() async throws {
        try await StaffedFront.run { staff in
            let path = "/api/auth/login?" + FormText.encoded(Self.right)
            let answer = try await staff.request(.post, path, token: nil, headers: [.contentType: Self.urlEncoded])
            #expect(answer.status == .unprocessableContent)
        }
    }

    @Test("the answer has the members of the contract, and no cache keeps it")
    func answer() async throws {
        try await StaffedFront.run { staff in
            let answer = try await staff.loginAnswer("vic")
            #expect(answer.keys == ["access_token", "refresh_token", "token_type", "requires_2fa", "expires_in"])
            #expect(answer["token_type"] == "bearer")
            #expect(answer["requires_2fa"] == false)
            #expect(answer["expires_in"] == 1800)
            #expect(answer.headers[.cacheControl] == "no-store")
            for name in ["access_token", "refresh_token"] {
                #expect(answer[name]?.stringValue?.split(separator: ".").count == 3)
            }
        }
    }

    @Test("a login is on record with the factor, and shows as the last one")
    func lastLogin() async throws {
        try await StaffedFront.run { staff in
            try await staff.register("eve")
            let users = try await staff.get("/api/auth/users").json.arrayValue ?? []
            #expect(users.first { $0["username"] == "eve" }?["last_login"] == JSON.null)
            staff.time.advance(by: .minutes(5))
            let before = try staff.fixture.ledger.log.lastPosition
            let token = try await staff.logIn("eve")
            #expect(try staff.fixture.eventTypes(from: before + 1) == ["login.opened.v1"])
            let me = try await staff.request(.get, "/api/auth/me", token: token)
            #expect(
                me.text
                    == #"{"username":"eve","email":"new@example.com","full_name":"New One","role":"analyst","#
                    + #""is_2fa_enabled":false,"last_login":"2026-01-15T12:05:00.000000Z"}"#)
        }
    }

    @Test(
        "passwords of every kind, as long as they like up to a kilobyte",
        arguments: [
            "Test123!@#", "pässwörd 🔑", "a&b=c+d%20e", String(repeating: "x", count: 1024), "\"quoted\" \\ /",
            "        ",
        ])
    func passwords(_ password: String) async throws {
        try await StaffedFront.run { staff async throws in
            let body = AnalysisSample.registration("eve", ["password": .string(password)])
            #expect(try await staff.post("/api/auth/register", body).status == .ok)
            #expect(try await staff.loginAnswer("eve", password).status == .ok)
            #expect(try await staff.loginAnswer("eve", password + "x").status == .unauthorized)
            #expect(try await staff.loginAnswer("eve", String(password.dropLast())).status == .unauthorized)
        }
    }

    @Test("a password that was hashed at another cost is hashed again, and its tokens stay good")
    func rehash() async throws {
        try await StaffedFront.run { staff in
            let old = try PasswordHash(of: "old password", cost: PasswordCost(logarithmOfRounds: 5))
            var changes = UserChanges()
            changes.password = (old, false)
            _ = try await staff.fixture.ledger.execute(.identity(.user("vic", .change(changes), by: "system:test")))
            let before = try staff.fixture.ledger.log.lastPosition
            let token = try await staff.logIn("vic", "old password")
            #expect(
                try staff.fixture.eventTypes(from: before + 1) == ["login.opened.v1", "user.password_rehashed.v1"])
            #expect(try await staff.request(.get, "/api/status", token: token).status == .ok)
            #expect(try await staff.events { _ = try await staff.logIn("vic", "old password") } == ["login.opened.v1"])
        }
    }

    @Test("a name that nobody can have is short in the record, however long it was")
    func longNames() async throws {
        try await StaffedFront.run { staff in
            for name in [String(repeating: "n", count: 100_000), "e" + String(repeating: "\u{301}", count: 100_000)] {
                #expect(try await staff.loginAnswer(name, "x").status == .unauthorized)
                let last = try staff.fixture.ledger.log.read(
                    from: try staff.fixture.ledger.log.lastPosition, limit: 1)
                #expect(last.map(\.type) == ["access.login_failed.v1"])
                #expect((last.first?.data.count ?? 0) < 1000)
            }
        }
    }
}
