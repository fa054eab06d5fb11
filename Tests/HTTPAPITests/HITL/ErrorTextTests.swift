import EventLog
import HTTPTypes
import Identity
import Testing
import VerdictTesting

/// Every text of hitl-api 3.1, once.
@Suite("Texts of the HITL API's refusals")
struct ErrorTextTests {
    private static let form: HTTPFields = [.contentType: "application/x-www-form-urlencoded"]

    /// Without a body.
    private static func refused(
        _ name: String, _ method: HTTPRequest.Method, _ path: String, _ status: HTTPResponse.Status, _ detail: String
    ) -> Exchange {
        refused(name, method, path, nil, status, detail)
    }

    private static func refused(
        _ name: String, _ method: HTTPRequest.Method, _ path: String, headers: HTTPFields = [:], _ body: String?,
        _ status: HTTPResponse.Status, _ detail: String, events: [String] = []
    ) -> Exchange {
        Exchange(
            name, method, path, headers: headers, body, status, contains: [#"{"detail":"\#(detail)"}"#],
            answers: [.wwwAuthenticate: status == .unauthorized ? "Bearer" : nil, .contentType: "application/json"],
            events: events)
    }

    static let byAdministrator = [
        refused(
            "a name that is taken", .post, "/api/auth/register", AnalysisSample.registration("vic"), .badRequest,
            "Username already registered"),
        refused(
            "a decision that is there", .post, "/api/decisions/submit", AnalysisSample.body("decided"), .badRequest,
            "Decision already exists"),
        refused(
            "a decision that is there, in other words", .post, "/api/decisions/submit",
            AnalysisSample.body("open", ["priority": "low"]), .badRequest, "Decision already exists"),
        refused(
            "a second answer", .post, "/api/decisions/decided/decide", AnalysisSample.answer("rejected"), .badRequest,
            "Decision already made"),
        refused(
            "a late escalation", .post, "/api/decisions/decided/escalate?escalation_reason=x", .badRequest,
            "Decision already made"),
        refused(
            "an escalation without a reason", .post, "/api/decisions/open/decide", AnalysisSample.answer("escalated"),
            .badRequest, "Escalation reason required"),
        refused(
            "an escalation whose reason is null", .post, "/api/decisions/open/decide",
            AnalysisSample.answer("escalated", ["escalation_reason": nil]), .badRequest, "Escalation reason required"),
        refused(
            "an escalation whose reason is empty", .post, "/api/decisions/open/decide",
            AnalysisSample.answer("escalated", ["escalation_reason": ""]), .badRequest, "Escalation reason required"),
        refused(
            "an escalation with an empty parameter", .post, "/api/decisions/open/escalate?escalation_reason=",
            .badRequest, "Escalation reason required"),
        refused("no such request", .get, "/api/decisions/unknown", .notFound, "Decision not found"),
        refused(
            "no such request to escalate", .post, "/api/decisions/unknown/escalate?escalation_reason=x", .notFound,
            "Decision not found"),
        refused(
            "no such request to decide", .post, "/api/decisions/unknown/decide", AnalysisSample.answer("approved"),
            .notFound, "Decision request not found"),
        refused("no answer yet", .get, "/api/decisions/open/response", .notFound, "Decision response not found"),
        refused(
            "no answer to what nobody asked", .get, "/api/decisions/unknown/response", .notFound,
            "Decision response not found"),
        refused("a code before a factor", .post, "/api/auth/2fa/verify?code=123456", .badRequest, "2FA not set up"),
        refused(
            "an unknown user", .patch, "/api/auth/users/nobody", #"{"is_active":false}"#, .notFound, "User not found"),
        refused(
            "another password with a wrong one", .post, "/api/auth/password",
            #"{"current_password":"wrong","new_password":"long enough"}"#, .unauthorized, "Incorrect password"),
        refused(
            "an unknown name", .post, "/api/auth/login", headers: form, "username=nobody&password=x", .unauthorized,
            "Incorrect username or password", events: ["access.login_failed.v1"]),
        refused(
            "a wrong password", .post, "/api/auth/login", headers: form, "username=vic&password=x", .unauthorized,
            "Incorrect username or password", events: ["access.login_failed.v1"]),
        refused(
            "a program at the form", .post, "/api/auth/login", headers: form, "username=candi&password=x",
            .unauthorized, "Incorrect username or password", events: ["access.login_failed.v1"]),
        refused(
            "a fragment of SQL", .post, "/api/auth/login", headers: form, "username=' OR 1=1 --&password=' OR 1=1 --",
            .unauthorized, "Incorrect username or password", events: ["access.login_failed.v1"]),
    ]

    @Test("in the words of the contract, and nothing is decided", arguments: byAdministrator)
    func words(_ exchange: Exchange) async throws {
        try await StaffedFront.run { staff in
            try await staff.submit("open")
            try await staff.submit("decided")
            try await staff.decide("decided")
            try await exchange.check(staff, as: .admin)
        }
    }

    @Test(
        "no header, another scheme, no token", arguments: [nil, "Basic YTpi", "Token x", "", "Bearerx"] as [String?])
    func notAuthenticated(_ header: String?) async throws {
        try await StaffedFront.run { staff in
            let headers: HTTPFields = header.map { [.authorization: $0] } ?? [:]
            let answer = try await staff.request(.get, "/api/status", token: nil, headers: headers)
            #expect(answer.status == .unauthorized)
            #expect(answer.text == #"{"detail":"Not authenticated"}"#)
            #expect(answer.headers[.wwwAuthenticate] == "Bearer")
        }
    }

    @Test("the scheme may be written in any case", arguments: ["Bearer", "bearer", "BEARER"])
    func scheme(_ scheme: String) async throws {
        try await StaffedFront.run { staff async throws in
            let token = try #require(staff.token(of: .viewer))
            let headers: HTTPFields = [.authorization: "\(scheme) \(token)"]
            #expect(try await staff.request(.get, "/api/status", token: nil, headers: headers).status == .ok)
        }
    }

    @Test("a body that is not UTF-8, with a token and without", arguments: [Caller.admin, .nobody])
    func notUnicode(_ caller: Caller) async throws {
        try await StaffedFront.run { staff in
            let bytes = Array(#"{"analysis_id":""#.utf8) + [0xC3, 0x28] + Array(#""}"#.utf8)
            let answer = try await staff.request(
                .post, "/api/decisions/submit", token: staff.token(of: caller), bytes: bytes)
            #expect(answer.status == .badRequest)
            #expect(answer.text == #"{"detail":"There was an error parsing the body"}"#)
        }
    }

    @Test("an inactive user, at the door and with a token; with a wrong password the name is not known")
    func inactive() async throws {
        try await StaffedFront.run { staff in
            _ = try await staff.request(.patch, "/api/auth/users/vic", as: .admin, #"{"is_active":false}"#)
            let answers = [try await staff.get("/api/status", as: .viewer), try await staff.loginAnswer("vic")]
            for answer in answers {
                #expect(answer.status == .badRequest)
                #expect(answer.text == #"{"detail":"Inactive user"}"#)
            }
            let wrong = try await staff.loginAnswer("vic", "wrong")
            #expect(wrong.status == .unauthorized)
            #expect(wrong.text == #"{"detail":"Incorrect username or password"}"#)
        }
    }

    @Test("refusals carry the CORS headers too")
    func cors() async throws {
        try await StaffedFront.run { staff in
            let origin = "http://localhost:3000"
            let wrong: [(Caller, String, String?, Int)] = [
                (.nobody, "/api/decisions/submit", nil, 401), (.viewer, "/api/decisions/x/decide", "{}", 403),
                (.analyst, "/api/decisions/x/decide", AnalysisSample.answer("approved"), 404),
                (.analyst, "/api/decisions/x/decide", "{}", 422),
            ]
            for (caller, path, body, status) in wrong {
                let answer = try await staff.request(.post, path, as: caller, headers: [.origin: origin], body)
                #expect(answer.status.code == status)
                #expect(answer.headers[.accessControlAllowOrigin] == origin)
                #expect(answer.headers[.accessControlAllowCredentials] == "true")
            }
        }
    }
}
