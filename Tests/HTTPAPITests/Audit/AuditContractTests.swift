import EventLog
import Governance
import HTTPTypes
import Ledger
import Testing
import VerdictTesting

/// The table of governance-api 9: what each kind of entry has.
@Suite("Entries as the contract has them")
struct AuditContractTests {
    private static func entries(_ front: FrontFixture, _ query: String = "") async throws -> [JSON] {
        let answer = try await front.request(.get, "/api/v1/audit/events?sort_order=asc&\(query)")
        #expect(answer.status == .ok, "\(answer.text)")
        return answer["audit_entries"]?.arrayValue ?? []
    }

    /// Kind, actor, tags and the keys of the context, on one line.
    private static func line(_ entry: JSON) -> String {
        let keys = entry.at("context_snapshot")?.objectValue?.members.map(\.key) ?? []
        let tags = entry.at("compliance_tags")?.arrayValue?.compactMap(\.stringValue) ?? []
        return [
            entry.text("event_type") ?? "", "\(entry.text("actor_type") ?? "")/\(entry.text("actor_id") ?? "")",
            tags.joined(separator: "+"), keys.joined(separator: ","),
        ].joined(separator: " | ")
    }

    private static let created = "action_type,confidence,threat_score,risk_level,risk_score,automation_level"
    private static let queued = "decision_queued | system/hitl_framework |  | sla_deadline,risk_level"

    @Test("created, queued, approved, executed")
    func executed() async throws {
        let front = try FrontFixture {
            _ in
        } ledger: {
            $0.executors["block_ip"] = { _ in ["blocked": true] }
        }
        try await front.fixture.openSession()
        try await front.post(
            "/test/enqueue",
            #"{"decision_id":"d1","risk_level":"critical","action_type":"block_ip","metadata":{"pii_data":"x"}}"#)
        try await front.fixture.approve("d1", comment: "go")
        let entries = try await Self.entries(front, "decision_id=d1")
        #expect(
            entries.map(Self.line) == [
                "decision_created | ai/maximus_ai | critical_risk+human_oversight_required+pii_involved | \(Self.created)",
                Self.queued, "decision_approved | human/alice@host |  | operator_comment,operator_reasoning,session_id",
                "decision_executed | human/alice@host |  | execution_output,operator_comment,modifications",
            ])
        #expect(entries.map { $0.text("status") } == ["pending", "pending", "approved", "executed"])
        #expect(
            entries.last?.at("context_snapshot") == [
                "execution_output": ["blocked": true], "operator_comment": "go", "modifications": [:],
            ])
        let snapshot = entries.last?.at("decision_snapshot")?.objectValue
        #expect(
            snapshot?.members.map(\.key) == [
                "decision_id", "action_type", "action_params", "risk_level", "automation_level", "status", "confidence",
                "threat_score", "created_at", "metadata",
            ])
    }

    @Test("an execution that fails")
    func failed() async throws {
        struct Refused: Error, CustomStringConvertible {
            let description = String(repeating: "no ", count: 80)
        }
        let front = try FrontFixture {
            _ in
        } ledger: {
            $0.executors["block_ip"] = { _ in throw Refused() }
        }
        try await front.fixture.openSession()
        try await front.fixture.submit("d1", risk: .low)
        try await front.fixture.approve("d1")
        let entry = try #require(try await Self.entries(front).last)
        #expect(Self.line(entry) == "decision_failed | system/hitl_framework | execution_failure | error,action_type")
        #expect(entry.text("context_snapshot.error") == Refused().description)
        let description = try #require(entry.text("event_description"))
        #expect(description.hasSuffix(Refused().description.prefix(100)))
        #expect(try await Self.entries(front, "q=NO%20no").count == 1)
    }

    @Test("without a human: created and executed, never queued")
    func automatic() async throws {
        let front = try FrontFixture {
            _ in
        } ledger: {
            $0.executors["block_ip"] = { _ in [:] }
        }
        try await front.fixture.submit("d1", risk: .medium, automation: .full)
        #expect(
            try await Self.entries(front).map(Self.line) == [
                "decision_created | ai/test | automated_decision | \(Self.created)",
                "decision_executed | ai/test |  | execution_output,operator_comment,modifications",
            ])
    }

    @Test("rejected, and escalated by a person and by the clock")
    func others() async throws {
        let front = try FrontFixture()
        let answer = "operator_comment,operator_reasoning,session_id"
        let escalation =
            "escalation_reason,escalated_to,escalated_from,escalation_type,requested_target,rule_id"
        try await front.fixture.openSession()
        try await front.fixture.submit("d1", risk: .high)
        try await front.fixture.escalate("d1")
        try await front.fixture.reject("d1", reason: "no")
        try await front.fixture.submit("d2", risk: .low)
        front.fixture.time.advance(by: .minutes(31))
        try await front.fixture.ledger.passTime()
        let entries = try await Self.entries(front)
        #expect(
            entries.map(Self.line) == [
                "session_opened | human/alice@host |  | session_id,operator_name,operator_role,expires_at,ip_address,user_agent",
                "decision_created | ai/test | high_risk+human_oversight_required | \(Self.created)", Self.queued,
                "decision_escalated | system/escalation_manager | escalation | \(escalation),\(answer)",
                "decision_rejected | human/alice@host | human_override | rejection_reason,\(answer)",
                "decision_created | ai/test | human_oversight_required | \(Self.created)", Self.queued,
                "decision_sla_warned | system/sla-clock |  | sla_deadline,risk_level,action_type",
                "decision_timed_out | system/sla-clock | sla_violation | sla_deadline,risk_level,action_type",
                "decision_escalated | system/escalation_manager | escalation | \(escalation)",
            ])
        // Whoever handed it up is found by the name.
        #expect(entries.map { $0.text("operator_id") }[3] == "alice@host")
        let ofAlice = try await Self.entries(front, "operator_id=alice@host").map { $0.text("event_type") }
        #expect(ofAlice == ["session_opened", "decision_escalated", "decision_rejected"])
    }

    @Test("an entry keeps what it showed when more happens to its decision")
    func immutable() async throws {
        let front = try FrontFixture()
        try await front.fixture.openSession()
        try await front.fixture.submit("d1")
        let before = try await Self.entries(front)
        try await front.fixture.approve("d1")
        #expect(Array(try await Self.entries(front).prefix(before.count)) == before)
    }
}
