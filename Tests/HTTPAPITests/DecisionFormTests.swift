import EventLog
import Governance
import HTTPAPI
import HTTPTypes
import Ledger
import Testing
import VerdictTesting

/// The forms of a decision before and after what happens to it (governance-api 5.1, 5.2 and 10).
@Suite("Forms of a decision")
struct DecisionFormTests {
    private static let flatKeys = [
        "decision_id", "action_type", "target", "risk_level", "status", "automation_level", "confidence", "context",
        "reasoning", "recommended_action", "threat_score", "threat_type", "created_at", "sla_deadline",
    ]

    private func furnished() async throws -> FrontFixture {
        let front = try FrontFixture()
        try await front.fixture.openSession()
        try await front.fixture.submit()
        front.fixture.time.advance(by: .seconds(60))
        return front
    }

    private func resolution(_ front: FrontFixture) async throws -> JSON? {
        try await front.get("/decision/d1")["resolution"]
    }

    private static func resolution(_ status: String) -> JSON {
        ["status": .string(status), "resolved_at": "2026-01-15T12:01:00.000000Z", "resolved_by": "alice@host"]
    }

    @Test("there is no resolution while a decision is pending, and each action fills it")
    func resolutions() async throws {
        let front = try await furnished()
        #expect(try await resolution(front) == .null)
        try await front.fixture.escalate()
        #expect(try await resolution(front) == Self.resolution("escalated"))
        try await front.fixture.reject()
        #expect(try await resolution(front) == Self.resolution("rejected"))
        let other = try await furnished()
        try await other.fixture.approve()
        #expect(try await resolution(other) == Self.resolution("approved"))
    }

    @Test("what the clock has handed up is no longer pending, and nobody has resolved it")
    func timedOut() async throws {
        let front = try await furnished()
        front.fixture.time.advance(by: .minutes(10))
        try await front.fixture.ledger.passTime()
        #expect(try await front.get("/decision/d1")["status"] == "escalated")
        #expect(try await resolution(front) == ["status": "escalated", "resolved_at": nil, "resolved_by": nil])
    }

    @Test("the flat form has its fields, and five more once somebody has acted")
    func flat() async throws {
        let front = try await furnished()
        let pending = try await front.request(.get, "/governance/decisions/d1")
        #expect(pending.keys == Self.flatKeys)
        #expect(pending["target"] == "192.0.2.1")
        #expect(pending["recommended_action"] == "review")
        try await front.fixture.reject(reason: "a false alarm")
        let rejected = try await front.request(.get, "/governance/decisions/d1")
        #expect(
            rejected.keys
                == Self.flatKeys + [
                    "resolved_at", "operator_id", "operator_decision", "operator_notes", "operator_override",
                ])
        #expect(rejected["operator_decision"] == "reject")
        #expect(rejected["operator_notes"] == "a false alarm")
        #expect(rejected["operator_override"] == true)
    }

    @Test("the alias writes its words in upper case, and has its own for two of them")
    func aliasWords() async throws {
        let front = try FrontFixture(ledger: { $0.policy.escalatesOnTimeout = false })
        for level in AutomationLevel.allCases {
            try await front.fixture.submit(level.rawValue, risk: .medium, automation: level)
        }
        front.fixture.time.advance(by: .hours(1))
        try await front.fixture.ledger.passTime()
        for (id, level, status) in [
            ("full", "AUTOMATED", "FAILED"), ("supervised", "SUPERVISED", "EXPIRED"),
            ("advisory", "ADVISORY", "EXPIRED"), ("manual", "MANUAL", "EXPIRED"),
        ] {
            let decision = try await front.request(.get, "/governance/decisions/\(id)")
            #expect(decision["automation_level"] == .string(level))
            #expect(decision["status"] == .string(status))
            #expect(decision["risk_level"] == "MEDIUM")
            #expect(try await front.get("/decision/\(id)/status")["status"] == (id == "full" ? "failed" : "timeout"))
        }
    }

    @Test("the whole decision has the nested form and the flat fields")
    func whole() async throws {
        let front = try await furnished()
        let nested = try await front.get("/decision/d1")
        let whole = try await front.get("/decisions/d1")
        for key in nested.keys { #expect(whole[key] == nested[key]) }
        for key in Self.flatKeys { #expect(whole[key] != nil, "\(key)") }
    }
}
