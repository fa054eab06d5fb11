import EventLog
import HTTPTypes
import Identity
import Testing

/// Paths, methods and prefixes of the HITL API (hitl-api 2 and 14.3).
@Suite("Paths and methods of the HITL API")
struct HITLTransportTests {
    static let slashes: [(method: HTTPRequest.Method, path: String, location: String)] = [
        (.get, "/api/status/", "/api/status"), (.post, "/api/auth/login/", "/api/auth/login"),
        (.get, "/api/decisions/pending/?limit=1", "/api/decisions/pending?limit=1"),
        (.get, "/api/decisions/a1/", "/api/decisions/a1"),
        (.post, "/api/decisions/a1/decide/", "/api/decisions/a1/decide"),
        (.get, "/api/hitl/decisions/pending/", "/api/hitl/decisions/pending"),
        (.post, "/api/decisions/a%20b/decide/", "/api/decisions/a%20b/decide"),
    ]

    @Test("a slash at the end leads to the path without it, before anything else is judged", arguments: slashes)
    func trailingSlash(method: HTTPRequest.Method, path: String, location: String) async throws {
        try await StaffedFront.run { staff in
            let answer = try await staff.request(method, path, as: .nobody)
            #expect(answer.status == .temporaryRedirect)
            #expect(answer.headers[.location] == location)
            #expect(answer.bytes.isEmpty)
        }
    }

    static let methods: [(path: String, allowed: String)] = [
        ("/api/auth/login", "POST"), ("/api/auth/me", "GET"), ("/api/auth/register", "POST"),
        ("/api/auth/users", "GET"), ("/api/auth/users/vic", "PATCH"), ("/api/auth/2fa/setup", "POST"),
        ("/api/auth/2fa/verify", "POST"), ("/api/decisions/pending", "GET"), ("/api/decisions/submit", "GET, POST"),
        ("/api/decisions/stats/summary", "GET"), ("/api/decisions/a1", "GET"), ("/api/decisions/a1/decide", "POST"),
        ("/api/decisions/a1/response", "GET"), ("/api/decisions/a1/escalate", "POST"), ("/api/status", "GET"),
        ("/api/audit", "GET"), ("/api/hitl/decisions/pending", "GET"),
    ]

    @Test("another method is refused with those that there are, HEAD and OPTIONS too", arguments: methods)
    func method(path: String, allowed: String) async throws {
        try await StaffedFront.run { staff in
            let there = allowed.split(separator: ", ").map(String.init)
            for method in [HTTPRequest.Method.get, .head, .post, .put, .patch, .delete, .options]
            where !there.contains(method.rawValue) {
                let answer = try await staff.request(method, path, as: .admin)
                #expect(answer.status == .methodNotAllowed, "\(method) \(path)")
                #expect(answer.headers[.allow] == allowed)
                if method != .head { #expect(answer.text == #"{"detail":"Method Not Allowed"}"#) }
            }
        }
    }

    @Test(
        "what has no such path is not found",
        arguments: [
            "/api", "/api/", "/api/decisions", "/api/decisions/", "/api/nothing", "/api/decisions/a/b",
            "/api/decisions/a%2Fb", "/api/decisions/a%2Fb/response", "/api/decisions/%FF", "/api/decisions/a%00b",
            "/api/hitl/status", "/api/hitl", "/api/auth", "/api/auth/users/a%00b",
        ])
    func unknown(_ path: String) async throws {
        try await StaffedFront.run { staff in
            let method: HTTPRequest.Method = path.contains("users/") ? .patch : .get
            let answer = try await staff.request(method, path, as: .admin, method == .patch ? "{}" : nil)
            #expect(answer.status == .notFound, "\(answer.text)")
            #expect(answer.text == #"{"detail":"Not Found"}"#)
        }
    }

    @Test("the console's prefix leads to the same decisions")
    func alias() async throws {
        try await StaffedFront.run { staff in
            let base = "/api/hitl/decisions"
            #expect(try await staff.post("\(base)/submit", AnalysisSample.body("a1"), as: .service).status == .ok)
            #expect(
                try await staff.post("\(base)/submit", AnalysisSample.body("a1"), as: .service).status == .badRequest)
            for path in ["/pending", "/a1", "/stats/summary"] {
                let (here, there) = (
                    try await staff.get("/api/decisions\(path)", as: .analyst),
                    try await staff.get("\(base)\(path)", as: .analyst)
                )
                #expect(here.text == there.text)
                #expect(here.status == .ok)
                #expect(try await staff.get("\(base)\(path)", as: .nobody).status == .unauthorized)
            }
            let answer = AnalysisSample.answer("approved", ["notes": nil])
            #expect(try await staff.post("\(base)/a1/decide", answer, as: .analyst).status == .ok)
            #expect(try await staff.get("/api/decisions/a1/response")["status"] == "approved")
            try await staff.submit("a2")
            let escalated = try await staff.post(
                "\(base)/a2/escalate", #"{"escalation_reason":"why","urgency":"high"}"#, as: .analyst)
            #expect(escalated["escalation_reason"] == "why")
        }
    }

    @Test("answers are JSON with status 200, whatever was made")
    func success() async throws {
        try await StaffedFront.run { staff in
            for answer in [
                try await staff.submit("a1"), try await staff.decide("a1"), try await staff.get("/api/status"),
                try await staff.post("/api/auth/register", AnalysisSample.registration("eve")),
                try await staff.post("/api/auth/services", #"{"username":"program"}"#),
            ] {
                #expect(answer.status == .ok)
                #expect(answer.headers[.contentType] == "application/json")
            }
        }
    }

    @Test("a page of another origin may ask first, and is told what it may send")
    func preflight() async throws {
        try await StaffedFront.run { staff in
            let headers: HTTPFields = [
                .origin: "http://localhost:5173", .accessControlRequestMethod: "POST",
                .accessControlRequestHeaders: "authorization,content-type",
            ]
            let answer = try await staff.request(.options, "/api/decisions/submit", as: .nobody, headers: headers)
            #expect(answer.status == .ok)
            #expect(answer.text == "OK")
            #expect(answer.headers[.accessControlAllowHeaders] == "authorization,content-type")
        }
    }
}
