import EventLog
import Governance
import HTTPAPI
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Ledger
import NIOCore
import Testing
import VerdictTesting

/// Lists, the queue and the history of escalations (governance-api 3.3, 6.2, 7.6 and 10.3).
@Suite("Lists")
struct ListTests {
    /// Two decisions a lane: `low1` … `critical2`; of each lane the second is decided, in the order of the lanes.
    private func furnished() async throws -> FrontFixture {
        let front = try FrontFixture()
        try await front.fixture.openSession()
        for number in 1...2 {
            for risk in RiskLevel.allCases { try await front.fixture.submit("\(risk.rawValue)\(number)", risk: risk) }
        }
        for risk in [RiskLevel.low, .medium, .high] { try await front.fixture.approve("\(risk.rawValue)2") }
        try await front.fixture.reject("critical2")
        return front
    }

    private func ids(_ answer: Answer) -> [String] {
        (answer["decisions"]?.arrayValue ?? []).compactMap { $0["decision_id"]?.stringValue }
    }

    private static let queued = ["critical1", "high1", "medium1", "low1"]
    private static let decided = ["critical2", "high2", "medium2", "low2"]

    @Test(
        "what waits in the order of the queue, then what is decided, newest first",
        arguments: [
            ("", queued + decided, 8), ("?status=pending", queued, 4),
            ("?status=approved", Array(decided.dropFirst()), 3),
            ("?status=PENDING&status=rejected", queued + ["critical2"], 5),
            ("?status=pending,rejected", queued + ["critical2"], 5),
            ("?risk_level=HIGH", ["high1", "high2"], 2),
            ("?risk_level=low&risk_level=high&status=pending", ["high1", "low1"], 2),
            ("?status=expired", [], 0), ("?limit=3", Array(queued.prefix(3)), 8),
            ("?limit=3&offset=3", ["low1", "critical2", "high2"], 8),
            ("?offset=8", [], 8), ("?limit=0", [], 8), ("?offset=99999999999999999999", [], 8),
        ])
    func lists(_ query: String, _ expected: [String], _ total: Int) async throws {
        let front = try await furnished()
        for path in [FrontFixture.base + "/decisions", "/governance/decisions"] {
            let answer = try await front.request(.get, path + query)
            #expect(ids(answer) == expected)
            #expect(answer.text.hasSuffix("],\"total\":\(total)}"))
        }
    }

    @Test("a large decision is shortened in lists and whole by itself")
    func largeDecisions() async throws {
        let front = try FrontFixture()
        let long = String(repeating: "ü", count: 300_000)
        try await front.post("/test/enqueue", #"{"decision_id":"large","reasoning":"\#(long)","metadata":{"a":1}}"#)
        try await front.post("/test/enqueue", #"{"decision_id":"small","reasoning":"short","metadata":{"a":1}}"#)
        for path in ["/pending", "/decisions"] {
            let answer = try await front.get(path)
            #expect(answer.bytes.count < 16_384)
            #expect(ids(answer) == ["large", "small"])
            #expect(answer.text.contains(#""context":{"truncated":true}"#))
            #expect(answer.text.contains(#""context":{"a":1},"reasoning":"short""#))
        }
        #expect(try await front.get("/decision/large").text.contains(#""ai_reasoning":"\#(long)""#))
    }

    @Test("the queue is what it is now, however often it is asked for: after every command, and as time passes")
    func again() async throws {
        let front = try FrontFixture()
        try await front.fixture.openSession()
        // Away from the end of a minute.
        let microseconds = front.fixture.time.now().microseconds
        front.fixture.time.advance(by: Interval(microseconds: 60_000_000 - microseconds % 60_000_000))
        try await front.front.application().test(.router) { client in
            func expect(_ ids: [String], violations: Int, perMinute: Double, _ place: SourceLocation = #_sourceLocation)
                async throws
            {
                for _ in 1...2 {
                    let bytes = try await client.execute(
                        uri: FrontFixture.base + "/pending?limit=2", method: .get
                    ) { Array($0.body.readableBytesView) }
                    let answer = Answer(status: .ok, headers: [:], bytes: bytes)
                    #expect(self.ids(answer) == ids, sourceLocation: place)
                    #expect(answer["sla_violations"] == .number(JSONNumber(violations)), sourceLocation: place)
                    #expect(
                        answer["metadata"]?["decisions_per_minute"] == .number(JSONNumber(perMinute)),
                        sourceLocation: place)
                }
            }
            try await expect([], violations: 0, perMinute: 0)
            for (number, ids) in [["d1"], ["d1", "d2"], ["d1", "d2"]].enumerated() {
                try await front.fixture.submit("d\(number + 1)", risk: .critical)
                try await expect(ids, violations: 0, perMinute: Double(number + 1))
            }
            try await front.fixture.approve("d1")
            try await expect(["d2", "d3"], violations: 0, perMinute: 3)
            front.fixture.time.advance(by: .seconds(90))
            try await expect(["d2", "d3"], violations: 0, perMinute: 1.5)
            front.fixture.time.advance(by: .seconds(210))
            try await expect(["d2", "d3"], violations: 0, perMinute: 0)
            front.fixture.time.advance(by: Interval(microseconds: 1))
            try await expect(["d2", "d3"], violations: 2, perMinute: 0)
        }
    }

    @Test("the figures of an empty queue")
    func emptyQueue() async throws {
        #expect(
            try await FrontFixture().get("/pending").text == """
                {"total_pending":0,"by_risk_level":{"low":0,"medium":0,"high":0,"critical":0},\
                "by_category":{"low":0,"medium":0,"high":0,"critical":0},\
                "by_severity":{"low":0,"medium":0,"high":0,"critical":0},"oldest_pending_seconds":null,\
                "sla_violations":0,"decisions":[],"total":0,"oldest_decision_age_seconds":0.0,\
                "metadata":{"decisions_per_minute":0.0,"avg_response_time":0.0},\
                "by_status":{"pending":0,"timeout":0,"escalated":0}}
                """)
    }

    @Test("the figures of the queue count what is handed up and timed out too")
    func queue() async throws {
        let front = try await furnished()
        try await front.fixture.escalate("low1")
        front.fixture.time.advance(by: .seconds(301.9))
        let answer = try await front.get("/pending?limit=2")
        #expect(answer.text.contains(#""total_pending":4,"by_risk_level":{"low":1,"medium":1,"high":1,"critical":1}"#))
        #expect(answer.text.contains(#""oldest_pending_seconds":301,"sla_violations":1,"#))
        #expect(answer["oldest_decision_age_seconds"] == 301.9)
        #expect(ids(answer) == ["critical1", "high1"])
        #expect(answer["total"] == 4)
        #expect(answer["by_status"] == ["pending": 3, "timeout": 0, "escalated": 1])
        #expect(try await front.get("/health").text.contains(#""queue_size":4"#))
        #expect(ids(try await front.get("/pending?limit=2000")) == Self.queued)
    }

    @Test("escalations, newest first, of all or of one decision, with their totals")
    func escalations() async throws {
        let front = try await furnished()
        try await front.fixture.escalate("low1", reason: "first", target: "senior_analyst")
        try await front.fixture.escalate("high1", reason: "second")
        front.fixture.time.advance(by: .seconds(301))
        try await front.fixture.ledger.passTime()
        let all = try await front.get("/escalations")
        let rows = all["escalations"]?.arrayValue ?? []
        #expect(rows.map { $0["decision_id"] } == ["critical1", "high1", "low1"])
        #expect(rows.map { $0["escalation_type"] } == ["timeout", "operator_request", "operator_request"])
        #expect(rows.map { $0["from_role"] } == ["unassigned", "soc_operator", "soc_operator"])
        #expect(rows.map { $0["to_role"] } == ["ciso", "security_manager", "soc_supervisor"])
        #expect(rows.last?["requested_target"] == "senior_analyst")
        #expect(rows.first?["rule_id"] == "critical_risk_escalation")
        #expect(all["total_escalations"] == 3)
        #expect(all["timeout_escalations"] == 1)
        #expect(all["operator_escalations"] == 2)
        let one = try await front.get("/escalations?decision_id=low1&limit=5")
        #expect(one["escalations"]?.arrayValue?.map { $0["reason"] } == ["first"])
        #expect(try await front.get("/escalations?limit=1")["escalations"]?.arrayValue?.count == 1)
    }
}
