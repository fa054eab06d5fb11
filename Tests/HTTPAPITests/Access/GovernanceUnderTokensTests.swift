import EventLog
import Governance
import HTTPTypes
import Identity
import Ledger
import Testing
import VerdictTesting

@testable import HTTPAPI

/// The Governance API where authentication is required: who may ask for what, and whose a session is
/// (contracts/README, `credentials` and `ranks`).
@Suite("The Governance API under tokens")
struct GovernanceUnderTokensTests {
    private static let base = FrontFixture.base

    /// A row of the table.
    private struct Operation: Sendable {
        let method: HTTPRequest.Method
        let route: String
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

    private static let everybody = [200, 200, 200, 200, 200, 200]
    private static let readers = [200, 200, 200, 403, 200, 401]
    /// By its name anybody may look at a decision.
    private static let byName = [200, 200, 200, 200, 200, 401]
    private static let askers = [200, 403, 403, 200, 200, 401]
    /// Whoever may answer is told that the session is unknown; 403 and 401 come before.
    private static let answerers = [404, 404, 403, 403, 403, 401]
    /// The session is unknown, and only people have one.
    private static let listeners = [401, 401, 401, 403, 401, 401]

    private static let action = #"{"session_id":"none","reason":"x","escalation_reason":"x"}"#

    private static let operations: [Operation] = [
        Operation(.get, "\(base)/health", everybody),
        Operation(.get, "\(base)/pending", readers),
        Operation(.get, "\(base)/escalations", readers),
        // The body names nobody: whoever may open a session is told so.
        Operation(.post, "\(base)/session/create", "{}", [422, 422, 403, 403, 403, 401]),
        Operation(.post, "\(base)/session/close", #"{"session_id":"none"}"#, answerers),
        Operation(.get, "\(base)/session/:operator_id/stats", path: "\(base)/session/ada/stats", readers),
        Operation(.get, "\(base)/decision/:decision_id", path: "\(base)/decision/d1", byName),
        Operation(.get, "\(base)/decision/:decision_id/status", path: "\(base)/decision/d1/status", byName),
        Operation(.get, "\(base)/decision/:decision_id/watch", path: "\(base)/decision/none/watch", byName),
        Operation(
            .post, "\(base)/decision/:decision_id/approve", path: "\(base)/decision/d1/approve", action, answerers),
        Operation(.post, "\(base)/decision/:decision_id/reject", path: "\(base)/decision/d1/reject", action, answerers),
        Operation(
            .post, "\(base)/decision/:decision_id/escalate", path: "\(base)/decision/d1/escalate", action, answerers),
        Operation(.get, "\(base)/stream/:operator_id", path: "\(base)/stream/ada?session_id=none", listeners),
        Operation(.post, "\(base)/test/enqueue", #"{"decision_id":"e1"}"#, askers),
        Operation(.get, "\(base)/decisions", readers),
        Operation(.get, "\(base)/decisions/:decision_id", path: "\(base)/decisions/d1", byName),
        Operation(.post, "\(base)/decisions", #"{"decision_id":"e2"}"#, askers),
        Operation(.get, "/governance/decisions", readers),
        Operation(.get, "/governance/decisions/:decision_id", path: "/governance/decisions/d1", byName),
        Operation(.get, "/governance/stream", path: "/governance/stream?session_id=none", listeners),
    ]

    private static func run(_ body: @Sendable @escaping (StaffedFront) async throws -> Void) async throws {
        try await StaffedFront.run({ $0.authentication = .required }) { staff in
            try await staff.fixture.submit("d1")
            try await body(staff)
        }
    }

    @Test("every operation answers every caller as the table says", arguments: Caller.allCases)
    func table(_ caller: Caller) async throws {
        let column = try #require(Caller.allCases.firstIndex(of: caller))
        try await Self.run { staff in
            for operation in Self.operations {
                let before = try staff.fixture.ledger.log.lastPosition
                let answer = try await staff.request(operation.method, operation.path, as: caller, operation.body)
                let status = operation.statuses[column]
                #expect(answer.status.code == status, "\(operation.method) \(operation.path): \(answer.text)")
                if status >= 300 { #expect(try staff.fixture.ledger.log.lastPosition == before, "\(operation.path)") }
            }
        }
    }

    @Test("the table has every operation of the door, once")
    func completeness() throws {
        let front = try FrontFixture()
        let hub = StreamHub(bufferMax: 1, bufferSizeBytesMax: 1, metrics: PrometheusMetrics())
        let door = GovernanceDoor(ledger: front.fixture.ledger, hub: hub, configuration: front.configuration)
        #expect(
            Self.operations.map { "\($0.method) \($0.route)" }.sorted()
                == door.routes.map { "\($0.method) \($0.path)" }.sorted())
    }

    @Test("without a token nothing is served, and the answer says why")
    func withoutToken() async throws {
        try await Self.run { staff in
            for path in ["/pending", "/decision/d1", "/decision/d1/watch", "/stream/ada?session_id=x"] {
                let answer = try await staff.get(Self.base + path, as: .nobody)
                #expect(answer.status == .unauthorized)
                #expect(answer.text == #"{"detail":"Not authenticated"}"#)
                #expect(answer.headers[.wwwAuthenticate] == "Bearer")
            }
        }
    }

    @Test("where authentication is not required the door is open as ever")
    func open() async throws {
        try await StaffedFront.run { staff in
            try await staff.fixture.submit("d1")
            #expect(try await staff.get("\(Self.base)/pending", as: .nobody).status == .ok)
            let answer = try await staff.post(
                "\(Self.base)/session/create", #"{"operator_id":"anybody"}"#, as: .nobody)
            #expect(answer.status == .ok)
            let garbage = try await staff.request(.get, "\(Self.base)/pending", token: "garbage")
            #expect(garbage.status == .ok)
        }
    }

    // MARK: Sessions

    private static func openSession(_ staff: StaffedFront, as caller: Caller, _ more: String = "") async throws
        -> String
    {
        let body = #"{"operator_id":"\#(caller.username)"\#(more)}"#
        let answer = try await staff.post("\(base)/session/create", body, as: caller)
        return try #require(answer["session_id"]?.stringValue, "\(answer.text)")
    }

    @Test("a session is of the user who opens it, and in that user's rank")
    func rank() async throws {
        try await Self.run { staff in
            _ = try await staff.request(.patch, "/api/auth/users/ann", as: .admin, #"{"rank":"soc_supervisor"}"#)
            let answer = try await staff.post(
                "\(Self.base)/session/create", #"{"operator_id":"ann","operator_role":"ciso","role":"ciso"}"#,
                as: .analyst)
            #expect(answer["operator_id"] == "ann")
            #expect(answer["operator_role"] == "soc_supervisor")
            let session = try #require(answer["session_id"]?.stringValue)
            _ = try await staff.post(
                "\(Self.base)/decision/d1/escalate", #"{"session_id":"\#(session)","escalation_reason":"up"}"#,
                as: .analyst)
            let shown = try await staff.get("\(Self.base)/decisions/d1")
            #expect(shown["escalated_to"] == "security_manager")
        }
    }

    @Test("nobody opens a session for somebody else")
    func foreignName() async throws {
        try await Self.run { staff in
            for caller in [Caller.admin, .analyst] {
                let answer = try await staff.post(
                    "\(Self.base)/session/create", #"{"operator_id":"vic"}"#, as: caller)
                #expect(answer.status == .forbidden)
                #expect(answer.text.contains("operator_id must be your own user name: \(caller.username)"))
            }
        }
    }

    @Test("a session serves its user alone", arguments: ["approve", "reject", "escalate"])
    func foreignSession(_ action: String) async throws {
        try await Self.run { staff in
            let session = try await Self.openSession(staff, as: .analyst)
            let body = #"{"session_id":"\#(session)","reason":"x","escalation_reason":"x"}"#
            let foreign = try await staff.post("\(Self.base)/decision/d1/\(action)", body, as: .admin)
            #expect(foreign.status == .notFound)
            #expect(foreign.text == #"{"detail":"Invalid or expired session: \#(session)"}"#)
            let close = try await staff.post(
                "\(Self.base)/session/close", #"{"session_id":"\#(session)"}"#, as: .admin)
            #expect(close.status == .notFound)
            for path in [
                "\(Self.base)/stream/ann?session_id=\(session)", "\(Self.base)/stream/ada?session_id=\(session)",
            ] {
                #expect(try await staff.get(path, as: .admin).status == .forbidden)
            }
            #expect(try await staff.fixture.status() == .pending)
            #expect(try await staff.post("\(Self.base)/decision/d1/\(action)", body, as: .analyst).status == .ok)
            #expect(try await staff.get("\(Self.base)/decision/d1")["resolution"]?["resolved_by"] == "ann")
        }
    }

    @Test("whoever is no analyst any more acts under no session that is still open")
    func demotion() async throws {
        try await Self.run { staff in
            let session = try await Self.openSession(staff, as: .analyst)
            _ = try await staff.request(.patch, "/api/auth/users/ann", as: .admin, #"{"role":"viewer"}"#)
            let answer = try await staff.post(
                "\(Self.base)/decision/d1/approve", #"{"session_id":"\#(session)"}"#, as: .analyst)
            #expect(answer.status == .forbidden)
            #expect(try await staff.fixture.status() == .pending)
        }
    }

    @Test("a session that was never opened admits nobody under another's name, also where old clients are admitted")
    func unknownSessions() async throws {
        try await StaffedFront.run({
            $0.authentication = .required
            $0.admitsUnknownSessions = true
        }) { staff in
            let headers: HTTPFields = [.sessionID: "mine", .operatorID: "ada"]
            let answer = try await staff.request(.get, "/governance/stream", as: .analyst, headers: headers)
            #expect(answer.status == .forbidden)
        }
    }

    // MARK: Programs

    @Test("who asks is whoever has proved it, not who the body says", arguments: ["/test/enqueue", "/decisions"])
    func submitter(_ path: String) async throws {
        try await Self.run { staff in
            let body = #"{"decision_id":"e1","source":"somebody","service_name":"else","requester":"x"}"#
            for (caller, id) in [(Caller.service, "e1"), (.admin, "e2"), (.local, "e3")] {
                let body = body.replacing("e1", with: id)
                #expect(try await staff.post(Self.base + path, body, as: caller).status == .ok)
                #expect(
                    try await staff.get("\(Self.base)/decisions/\(id)")["submitted_by"]?.stringValue == caller.actor)
                let recorded = try staff.fixture.ledger.log.read(
                    from: try staff.fixture.ledger.log.lastPosition, limit: 1)
                #expect(recorded.map(\.actor) == [caller.actor])
            }
        }
    }

    @Test("a program asks and looks at its question, and sees no list")
    func program() async throws {
        try await Self.run { staff in
            let asked = try await staff.post("\(Self.base)/decisions", #"{"decision_id":"e1"}"#, as: .service)
            #expect(asked.status == .ok)
            #expect(try await staff.get("\(Self.base)/decision/e1/status", as: .service)["status"] == "pending")
            for path in [
                "\(Self.base)/decisions", "\(Self.base)/pending", "/governance/decisions", "/api/decisions/pending",
            ] {
                #expect(try await staff.get(path, as: .service).status == .forbidden)
            }
        }
    }
}
