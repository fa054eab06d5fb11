import EventLog
import HTTPTypes
import Identity
import Ledger
import Testing
import VerdictTesting

@testable import HTTPAPI

/// Who may ask for what (hitl-api 5): every operation of the door for every caller.
@Suite("Roles and operations of the HITL API")
struct RoleTableTests {
    /// A row of the table.
    private struct Operation: Sendable {
        let method: HTTPRequest.Method
        /// As the door names it.
        let route: String
        /// What is asked for.
        let path: String
        let body: String?
        /// In the order of `Caller.allCases`: administrator, analyst, viewer, program, command line, nobody.
        let statuses: [Int]

        /// Without a body.
        init(_ method: HTTPRequest.Method, _ route: String, path: String? = nil, _ statuses: [Int]) {
            self.init(method, route, path: path, nil, statuses)
        }

        init(
            _ method: HTTPRequest.Method, _ route: String, path: String? = nil, _ body: String?, _ statuses: [Int]
        ) {
            self.method = method
            self.route = route
            self.path = path ?? route
            self.body = body
            self.statuses = statuses
        }
    }

    private static let everybody = [200, 200, 200, 200, 200, 401]
    private static let unknown = [404, 404, 404, 404, 404, 401]
    private static let analysts = [200, 200, 403, 403, 403, 401]
    private static let administrators = [200, 403, 403, 403, 200, 401]
    /// What only a person has; the body is wrong, since a right one would change what the next row finds.
    private static let people = [422, 422, 422, 403, 403, 401]
    /// The sender is nobody's business: what is wrong is the body.
    private static let anyBody = [422, 422, 422, 422, 422, 422]

    private static let accountOperations = [
        Operation(.post, "/api/auth/login", anyBody),
        Operation(.post, "/api/auth/refresh", "{}", anyBody),
        Operation(.get, "/api/auth/me", [200, 200, 200, 200, 400, 401]),
        Operation(.post, "/api/auth/password", "{}", people),
        Operation(.post, "/api/auth/2fa/setup", [200, 200, 200, 403, 403, 401]),
        Operation(.post, "/api/auth/2fa/verify", people),
        Operation(.post, "/api/auth/register", AnalysisSample.registration("newcomer"), administrators),
        Operation(.get, "/api/auth/users", administrators),
        Operation(.patch, "/api/auth/users/:username", path: "/api/auth/users/vic", "{}", administrators),
        Operation(
            .post, "/api/auth/users/:username/reset-2fa", path: "/api/auth/users/vic/reset-2fa", administrators),
        Operation(.post, "/api/auth/services", #"{"username":"program"}"#, administrators),
        Operation(
            .post, "/api/auth/services/:username/credential", path: "/api/auth/services/program/credential",
            administrators),
        Operation(.post, "/api/auth/keys/rotate", administrators),
        Operation(.get, "/api/status", everybody),
        Operation(.get, "/api/ws/stats", everybody),
        Operation(.get, "/api/audit", administrators),
    ]

    /// - Parameter prefix: of the ids, so that each base has decisions of its own.
    private static func decisionOperations(under base: String, _ prefix: String) -> [Operation] {
        [
            Operation(.post, "\(base)/submit", AnalysisSample.body("\(prefix)-new"), everybody),
            Operation(.get, "\(base)/submit", unknown),
            Operation(.get, "\(base)/stats", unknown),
            Operation(.get, "\(base)/pending", analysts),
            Operation(.get, "\(base)/stats/summary", everybody),
            Operation(.get, "\(base)/:analysis_id", path: "\(base)/\(prefix)-decided", everybody),
            Operation(.get, "\(base)/:analysis_id/response", path: "\(base)/\(prefix)-decided/response", everybody),
            Operation(
                .post, "\(base)/:analysis_id/decide", path: "\(base)/\(prefix)-open/decide",
                AnalysisSample.answer("approved"), analysts),
            Operation(
                .post, "\(base)/:analysis_id/escalate", path: "\(base)/\(prefix)-other/escalate?escalation_reason=x",
                analysts),
        ]
    }

    private static let operations =
        accountOperations + decisionOperations(under: "/api/decisions", "a")
        + decisionOperations(under: "/api/hitl/decisions", "b")
        + [
            // The last one: it ends the login.
            Operation(.post, "/api/auth/logout", [200, 200, 200, 400, 400, 401])
        ]

    @Test("every operation answers every caller as the table says", arguments: Caller.allCases)
    func table(_ caller: Caller) async throws {
        let column = try #require(Caller.allCases.firstIndex(of: caller))
        try await StaffedFront.run { staff in
            for prefix in ["a", "b"] {
                for id in ["open", "other", "decided"] { try await staff.submit("\(prefix)-\(id)") }
                try await staff.decide("\(prefix)-decided")
            }
            if caller != .admin, caller != .local {
                try await staff.post("/api/auth/services", #"{"username":"program"}"#)
            }
            for operation in Self.operations {
                let before = try staff.fixture.ledger.log.lastPosition
                let answer = try await staff.request(operation.method, operation.path, as: caller, operation.body)
                let status = operation.statuses[column]
                #expect(answer.status.code == status, "\(operation.method) \(operation.path): \(answer.text)")
                #expect((answer.headers[.wwwAuthenticate] == "Bearer") == (status == 401))
                if status < 300 { continue }
                // Nobody who is refused changes anything; that a user was refused a role's right is on record.
                let events = try staff.fixture.eventTypes(from: before + 1)
                let isOnRecord = status == 403 && caller != .local
                let mayBe: [[String]] = isOnRecord ? [[], ["access.permission_refused.v1"]] : [[]]
                #expect(mayBe.contains(events), "\(operation.method) \(operation.path)")
            }
        }
    }

    @Test("the table has every operation of the door, once")
    func completeness() throws {
        let ofOthers = ["/api/v1/", "/api/health", "/api/docs", "/api/redoc"]
        let known = try FrontFixture().front.operations.filter { operation in
            operation.contains(" /api/") && !ofOthers.contains { operation.contains($0) }
        }.map { $0.replacing(#/\{(\w+)\}/#) { ":\($0.1)" } }.sorted()
        #expect(Self.operations.map { "\($0.method) \($0.route)" }.sorted() == known)
    }

    @Test("every word of a refusal", arguments: Caller.allCases)
    func words(_ caller: Caller) async throws {
        try await StaffedFront.run { staff in
            let details = try await [
                staff.get("/api/auth/users", as: caller), staff.get("/api/decisions/pending", as: caller),
            ].map { $0["detail"]?.stringValue }
            let expected: [String?] =
                switch caller {
                case .admin: [nil, nil]
                case .local: [nil, "Insufficient permissions"]
                case .analyst: ["Admin access required", nil]
                case .viewer, .service: ["Admin access required", "Insufficient permissions"]
                case .nobody: ["Not authenticated", "Not authenticated"]
                }
            #expect(details == expected)
        }
    }

    @Test("a refused role is on record once a minute for each operation")
    func record() async throws {
        try await StaffedFront.run { staff in
            let refused = ["access.permission_refused.v1"]
            func ask(_ path: String) async throws -> [String] {
                try await staff.events { () async throws in
                    #expect(try await staff.get(path, as: .viewer).status == .forbidden)
                }
            }
            #expect(try await ask("/api/decisions/pending") == refused)
            #expect(try await ask("/api/decisions/pending") == [])
            #expect(try await ask("/api/audit") == refused)
            staff.time.advance(by: .minutes(1))
            #expect(try await ask("/api/decisions/pending") == refused)
            let entries = try await staff.get("/api/audit?event=ACCESS_DENIED").json.arrayValue ?? []
            #expect(entries.map { $0["user"] } == ["vic", "vic", "vic"])
            #expect(entries.first?["details"]?["operation"] == "GET /api/decisions/pending")
        }
    }
}
