import EventLog
import Governance
import HTTPAPI
import HTTPTypes
import Ledger
import Testing
import VerdictTesting

/// What becomes of a submission beside waiting: automation, a full queue, a log that cannot be written.
@Suite("Outcomes of a submission", .timeLimit(.minutes(1)))
struct SubmissionOutcomeTests {
    private static let enqueue = FrontFixture.base + "/test/enqueue"
    private static let submitted = "decision.submitted.v1"

    // MARK: Automation

    @Test("full automation never waits; without an executor it fails")
    func fullAutomation() async throws {
        let front = try FrontFixture()
        try await Exchange(
            "full", .post, Self.enqueue, #"{"decision_id":"d1","risk_level":"low","automation_level":"FULL"}"#, .ok,
            contains: [#""status":"success","decision_id":"d1""#],
            events: [Self.submitted, "decision.execution_failed.v1"]
        ).check(front)
        #expect(try await front.get("/decision/d1/status")["status"] == "failed")
        #expect(try await front.get("/pending")["total_pending"] == 0)
    }

    @Test("full automation with an executor is executed")
    func executed() async throws {
        let front = try FrontFixture(ledger: { $0.executors["block_ip"] = { _ in ["rule": 17] } })
        try await Exchange(
            "full", .post, Self.enqueue, #"{"decision_id":"d1","risk_level":"medium","automation_level":"automated"}"#,
            .ok, events: [Self.submitted, "decision.executed.v1"]
        ).check(front)
        #expect(try await front.get("/decision/d1/status")["status"] == "executed")
    }

    @Test("nobody switches the human off at high stakes", arguments: [("critical", "manual"), ("high", "supervised")])
    func highStakes(_ risk: String, _ level: String) async throws {
        let front = try FrontFixture()
        try await Exchange(
            "full", .post, Self.enqueue, #"{"decision_id":"d1","risk_level":"\#(risk)","automation_level":"full"}"#,
            .ok,
            events: [Self.submitted]
        ).check(front)
        #expect(try await front.get("/decision/d1")["automation_level"] == .string(level))
        #expect(try await front.get("/pending")["total_pending"] == 1)
    }

    @Test(
        "a service that needs no approval gets the level that its confidence deserves",
        arguments: [
            ("low", "0.99", "full", "failed"), ("low", "0.98", "supervised", "pending"),
            ("low", "0.60", "advisory", "pending"), ("low", "0.1", "manual", "pending"),
            ("high", "0.99", "supervised", "pending"), ("critical", "0.99", "manual", "pending"),
        ])
    func noApproval(_ risk: String, _ confidence: String, _ level: String, _ status: String) async throws {
        let answer = try await FrontFixture().post(
            "/decisions", #"{"risk_level":"\#(risk)","confidence":\#(confidence),"requires_approval":false}"#)
        #expect(answer["automation_level"] == .string(level))
        #expect(answer["status"] == .string(status))
    }

    @Test("the server assesses the risk of a service's decision that names none")
    func assessed() async throws {
        let front = try FrontFixture()
        let harmless = try await front.post(
            "/decisions",
            """
            {"decision_context":{"action_type":"send_alert","confidence":1,"threat_score":0,"asset_criticality":"low",\
            "data_classification":"public","business_impact":"minor","similar_past_decisions":["x"]}}
            """)
        #expect(harmless["risk_level"] == "low")
        let grave = try await front.post(
            "/decisions",
            """
            {"decision_context":{"action_type":"delete_data","confidence":0.1,"threat_score":1,\
            "threat_type":"zero_day","asset_criticality":"critical",\
            "data_classification":"top_secret","business_impact":"severe",\
            "estimated_cost":5000000,"scope":"global","compliance_tags":["gdpr"],"data_types":["pii","customer_data"],\
            "asset_type":"public_web"}}
            """)
        #expect(grave["risk_level"] == "critical")
    }

    // MARK: Room

    @Test("a full queue refuses, but not what would not wait nor what waits already")
    func queueFull() async throws {
        let front = try FrontFixture(ledger: { $0.policy.queueCapacity = 1 })
        let first = #"{"decision_id":"d1","risk_level":"low"}"#
        try await Exchange("first", .post, Self.enqueue, first, .ok, events: [Self.submitted]).check(front)
        for path in [Self.enqueue, FrontFixture.base + "/decisions"] {
            try await Exchange(
                "second", .post, path, #"{"decision_id":"d2"}"#, .serviceUnavailable,
                contains: [#"{"detail":"Enqueue failed: Queue is full (max_size=1)"}"#], answers: [.retryAfter: "5"]
            ).check(front)
        }
        try await Exchange("first again", .post, Self.enqueue, first, .ok).check(front)
        #expect(
            try await front.post("/test/enqueue", #"{"risk_level":"low","automation_level":"full"}"#).status == .ok)
        try await front.fixture.openSession()
        try await front.fixture.approve("d1")
        #expect(try await front.post("/test/enqueue", #"{"decision_id":"d2"}"#).status == .ok)
    }

    @Test("too many commands at once are told to come back")
    func overload() async throws {
        let front = try FrontFixture(ledger: { $0.commandQueueMax = 0 })
        for path in ["/test/enqueue", "/decisions", "/decision/d1/approve", "/session/create"] {
            try await Exchange(
                path, .post, FrontFixture.base + path, #"{"operator_id":"bob","session_id":"s"}"#, .serviceUnavailable,
                contains: ["Too many commands wait"], answers: [.retryAfter: "1"]
            ).check(front)
        }
    }

    @Test("while the log cannot be written, commands are refused, reads are answered and health says so")
    func logUnavailable() async throws {
        let front = try FrontFixture()
        try await front.furnish()
        let log = BrokenTable.log(in: front.fixture.directory)
        try log.break()
        let body = #"{"operator_id":"bob","session_id":"session-1","reason":"x","escalation_reason":"x"}"#
        let commands = [
            "/test/enqueue", "/decisions", "/decision/d1/approve", "/decision/d1/reject", "/decision/d1/escalate",
            "/session/create", "/session/close",
        ]
        for path in commands {
            try await Exchange(
                path, .post, FrontFixture.base + path, body, .serviceUnavailable,
                contains: [#"{"detail":"The log cannot be written now, nothing was changed: "#, "the disk is full"],
                answers: [.retryAfter: "2"]
            ).check(front)
        }
        #expect(try await front.get("/decision/d1")["status"] == "pending")
        for path in ["/health", "/api/health", "/health/ready", "/readyz", "/ws/health"] {
            let health = try await front.request(.get, path)
            #expect(health.status == .serviceUnavailable)
            #expect(health["components"]?["decision_queue"] == false)
        }
        #expect(try await front.request(.get, "/health/live").status == .ok)
        try log.repair()
        #expect(try await front.post("/decision/d1/approve", body).status == .ok)
        #expect(try await front.request(.get, "/health").status == .ok)
    }

    @Test("a server that shuts down takes no command")
    func closed() async throws {
        let front = try FrontFixture()
        try await front.fixture.ledger.close()
        let answer = try await front.post("/test/enqueue", "{}")
        #expect(answer.status == .serviceUnavailable)
        #expect(answer.text.contains("the server is shutting down"))
    }
}
