import EventLog
import HTTPTypes
import Identity
import Testing

/// What is judged first (hitl-api 3.3), shown by requests that are wrong in two ways.
@Suite("The order of checks")
struct CheckOrderTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        let caller: Caller
        let path: String
        let body: String?
        let status: Int
        let part: String

        init(_ name: String, _ caller: Caller, _ path: String, _ body: String?, _ status: Int, _ part: String) {
            self.name = name
            self.caller = caller
            self.path = path
            self.body = body
            self.status = status
            self.part = part
        }

        var testDescription: String { name }
    }

    private static let submit = "/api/decisions/submit"
    private static let open = "/api/decisions/open/decide"
    private static let decided = "/api/decisions/decided/decide"
    private static let unknown = "/api/decisions/unknown/decide"

    static let rows = [
        Row("syntax before the token: submit", .nobody, submit, "{", 422, #""type":"json_invalid""#),
        Row("syntax before the token: decide", .nobody, open, #"{"status":}"#, 422, #""loc":["body",10]"#),
        Row("syntax before the token: register", .nobody, "/api/auth/register", "nonsense", 422, "json_invalid"),
        Row("syntax before the role", .viewer, open, "{", 422, #""type":"json_invalid""#),
        Row("the token before a missing body", .nobody, submit, nil, 401, #"{"detail":"Not authenticated"}"#),
        Row("the token before wrong fields", .nobody, submit, "{}", 401, #"{"detail":"Not authenticated"}"#),
        Row("the token before existence", .nobody, unknown, "{}", 401, #"{"detail":"Not authenticated"}"#),
        Row("the role before a missing body", .viewer, open, nil, 403, #"{"detail":"Insufficient permissions"}"#),
        Row("the role before wrong fields", .viewer, open, "[]", 403, #"{"detail":"Insufficient permissions"}"#),
        Row("the role before existence", .viewer, unknown, "{}", 403, #"{"detail":"Insufficient permissions"}"#),
        Row(
            "the role before wrong fields: register", .analyst, "/api/auth/register", "{}", 403,
            #"{"detail":"Admin access required"}"#),
        Row(
            "the role before a wrong limit", .viewer, "GET /api/decisions/pending?limit=x", nil, 403,
            #"{"detail":"Insufficient permissions"}"#),
        Row("fields before existence", .analyst, unknown, "{}", 422, #""loc":["body","status"]"#),
        Row("fields before the state", .analyst, decided, "{}", 422, #""loc":["body","status"]"#),
        Row("no body at all", .analyst, decided, nil, 422, #""type":"missing","loc":["body"]"#),
        Row(
            "fields before existence: submit", .analyst, submit,
            AnalysisSample.body("decided", ["priority": "URGENT"]), 422, #""loc":["body","priority"]"#),
        Row(
            "existence before the meaning", .analyst, unknown, AnalysisSample.answer("escalated"), 404,
            #"{"detail":"Decision request not found"}"#),
        Row(
            "the state before the meaning", .analyst, decided, AnalysisSample.answer("escalated"), 400,
            #"{"detail":"Decision already made"}"#),
        Row(
            "a query that is missing before existence", .analyst, "/api/decisions/unknown/escalate", nil, 422,
            #""loc":["query","escalation_reason"]"#),
        Row(
            "the name before the word of an existing user", .admin, "/api/auth/register",
            AnalysisSample.registration("vic", ["email": "nonsense"]), 422, #""loc":["body","email"]"#),
    ]

    @Test("the earlier check answers", arguments: rows)
    func order(_ row: Row) async throws {
        try await StaffedFront.run { staff in
            try await staff.submit("open")
            try await staff.submit("decided")
            try await staff.decide("decided")
            let isGet = row.path.hasPrefix("GET ")
            let path = isGet ? String(row.path.dropFirst(4)) : row.path
            let answer = try await staff.request(isGet ? .get : .post, path, as: row.caller, row.body)
            #expect(answer.status.code == row.status)
            #expect(answer.text.contains(row.part), "\(answer.text)")
        }
    }

    @Test("an inactive user is told so before the role and the fields")
    func inactive() async throws {
        try await StaffedFront.run { staff in
            _ = try await staff.request(.patch, "/api/auth/users/vic", as: .admin, #"{"is_active":false}"#)
            for path in ["/api/decisions/x/decide", "/api/auth/register", "/api/decisions/submit"] {
                let answer = try await staff.post(path, "{}", as: .viewer)
                #expect(answer.status == .badRequest)
                #expect(answer.text == #"{"detail":"Inactive user"}"#)
            }
            #expect(try await staff.post("/api/decisions/submit", "{", as: .viewer).status == .unprocessableContent)
        }
    }
}
