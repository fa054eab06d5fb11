import EventLog
import GRDB
import Governance
import Projections
import Testing

@Suite struct DecisionColumnsTests {
    private static let minute: Int64 = 60_000_000

    private let fixture: ViewsFixture
    /// When d1 was submitted.
    private let start: Int64

    /// A session and a pending decision d1 at positions 1 and 2, and a minute has gone by.
    init() throws {
        fixture = try ViewsFixture()
        start = fixture.now.microseconds
        try fixture.open()
        try fixture.submit()
        try fixture.commit()
        fixture.now = fixture.now + .minutes(1)
    }

    private func changes(by body: () throws -> Void) throws -> [String: DatabaseValue] {
        try fixture.changes(in: "decisions", where: "decision_id", is: "d1", by: body)
    }

    private var now: Int64 { fixture.now.microseconds }

    @Test("a submission fills every column that it knows")
    func submitted() throws {
        let row = try fixture.columns(of: "decisions", where: "decision_id", is: "d1")
        #expect(
            row
                == columns([
                    "decision_id": "d1", "submitted_position": 2, "version": 1, "queue_rank": 1,
                    "automation_level": "supervised", "status": "pending", "queued": 1,
                    "submitted_by": "agent:test", "created_at": start, "requested_at": start, "updated_at": start,
                    "sla_deadline": start + 10 * Self.minute, "sla_warn_at": start + 15 * Self.minute / 2,
                    "sla_warned": 0, "due_at": start + 15 * Self.minute / 2, "action_type": "block_ip",
                    "action_params": #"{"target":"192.0.2.1"}"#, "reasoning": "port scan", "confidence": "0.9",
                    "threat_score": "0.8", "threat_type": "scan", "target": "192.0.2.1",
                    "recommended_action": "review", "metadata": "{}", "rejections": 0, "escalated_to": nil,
                    "escalation_reason": nil, "moved_position": nil, "resolved_at": nil,
                    "resolved_by": nil, "resolved_position": nil, "operator_decision": nil, "operator_notes": nil,
                    "named_actions": nil, "execution_result": nil, "execution_error": nil,
                ]))
    }

    @Test("a submission without need of a human is not queued, has no deadline and is never due")
    func submittedForFullAutomation() throws {
        try fixture.submit("auto", risk: .low, automation: .full)
        try fixture.commit()
        let row = try fixture.columns(of: "decisions", where: "decision_id", is: "auto")
        #expect(row["queued"] == 0.databaseValue)
        #expect(row["queue_rank"] == 3.databaseValue)
        for column in ["sla_deadline", "sla_warn_at", "due_at"] { #expect(row[column] == .null) }
    }

    @Test("an approval takes the decision out of the queue and says who, when and in which words")
    func approved() throws {
        let changed = try changes { try fixture.decide(.approve(fixture.action())) }
        #expect(
            changed
                == columns([
                    "status": "approved", "queued": 0, "due_at": nil, "resolved_at": now, "resolved_by": "alice@host",
                    "resolved_position": 3, "operator_decision": "approve", "operator_notes": "seen", "version": 2,
                    "updated_at": now,
                ]))
    }

    @Test(
        "the notes of a rejection are its reason, or the comment where the reason is empty",
        arguments: [("not ours", "not ours"), ("", "seen")])
    func rejected(reason: String, notes: String) throws {
        let changed = try changes { try fixture.decide(.reject(fixture.action(), reason: reason)) }
        #expect(
            changed
                == columns([
                    "status": "rejected", "queued": 0, "due_at": nil, "resolved_at": now, "resolved_by": "alice@host",
                    "resolved_position": 3, "operator_decision": "reject", "operator_notes": notes, "rejections": 1,
                    "version": 2, "updated_at": now,
                ]))
    }

    @Test(
        "an operator's escalation stays in the queue, stops the clock and counts as the last action",
        arguments: [("seen", "seen"), ("", "too big")])
    func escalatedByOperator(comment: String, notes: String) throws {
        let action = fixture.action(comment: comment)
        let changed = try changes {
            try fixture.decide(.escalate(action, reason: "too big", target: nil))
        }
        #expect(
            changed
                == columns([
                    "status": "escalated", "due_at": nil, "escalated_to": "security_manager",
                    "escalation_reason": "too big", "resolved_at": now, "resolved_by": "alice@host",
                    "operator_decision": "escalate", "operator_notes": notes, "moved_position": 3, "version": 2,
                    "updated_at": now,
                ]))
    }

    @Test("the clock's escalation after a timeout is nobody's action")
    func escalatedByClock() throws {
        fixture.now = fixture.now + .minutes(10)
        let changed = try changes { try fixture.decide(.timeOut) }
        let reason = changed["escalation_reason"].flatMap { String.fromDatabaseValue($0) }
        #expect(reason?.hasPrefix("SLA deadline 2026-01-15T12:10:00") == true)
        #expect(
            changed.filter { $0.key != "escalation_reason" }
                == columns([
                    "status": "escalated", "due_at": nil, "escalated_to": "security_manager",
                    "moved_position": 3, "version": 3, "updated_at": now,
                ]))
    }

    @Test("a warning is remembered, and the deadline is what is due next")
    func warned() throws {
        fixture.now = fixture.now + .minutes(8)
        let changed = try changes { try fixture.decide(.warn) }
        #expect(
            changed
                == columns([
                    "sla_warned": 1, "due_at": start + 10 * Self.minute, "version": 2, "updated_at": now,
                ]))
    }

    @Test("a timeout without escalation stays in the queue, and nothing is due any more")
    func timedOut() throws {
        fixture.policy.escalatesOnTimeout = false
        fixture.now = fixture.now + .minutes(10)
        let changed = try changes { try fixture.decide(.timeOut) }
        #expect(
            changed
                == columns([
                    "status": "timeout", "due_at": nil, "moved_position": 3, "version": 2, "updated_at": now,
                ]))
    }

    @Test("a cancellation takes the decision out of the queue and names its actor")
    func cancelled() throws {
        let changed = try changes { try fixture.decide(.cancel(reason: "gone")) }
        #expect(
            changed
                == columns([
                    "status": "cancelled", "queued": 0, "due_at": nil, "resolved_at": now,
                    "resolved_by": "system:test", "resolved_position": 3, "version": 2, "updated_at": now,
                ]))
    }

    @Test("an execution adds its result to the approval, whose time stays")
    func executed() throws {
        try fixture.decide(.approve(fixture.action()))
        try fixture.commit()
        fixture.now = fixture.now + .seconds(5)
        let changed = try changes { try fixture.decide(.recordExecution(.succeeded(["rule": 17]))) }
        #expect(
            changed
                == columns([
                    "status": "executed", "execution_result": #"{"rule":17}"#, "resolved_position": 4, "version": 3,
                    "updated_at": now,
                ]))
    }

    @Test("a failed execution adds its error to the approval, whose time stays")
    func executionFailed() throws {
        try fixture.decide(.approve(fixture.action()))
        try fixture.commit()
        fixture.now = fixture.now + .seconds(5)
        let changed = try changes { try fixture.decide(.recordExecution(.failed("no route"))) }
        #expect(
            changed
                == columns([
                    "status": "failed", "execution_error": "no route", "resolved_position": 4, "version": 3,
                    "updated_at": now,
                ]))
    }

    @Test("the outcome of an action that needed no human is its resolution", arguments: [true, false])
    func executedWithoutHuman(succeeds: Bool) throws {
        try fixture.submit("auto", risk: .low, automation: .full)
        try fixture.commit()
        fixture.now = fixture.now + .seconds(5)
        let outcome: ExecutionOutcome = succeeds ? .succeeded(["done": true]) : .failed("no")
        let changed = try fixture.changes(in: "decisions", where: "decision_id", is: "auto") {
            try fixture.decide(.recordExecution(outcome), on: "auto")
        }
        var expected = columns([
            "status": succeeds ? "executed" : "failed", "resolved_at": now, "resolved_position": 4, "version": 2,
            "updated_at": now,
        ])
        expected[succeeds ? "execution_result" : "execution_error"] =
            (succeeds ? #"{"done":true}"# : "no").databaseValue
        #expect(changed == expected)
    }

    @Test("what the query of a decision answers is what the columns say")
    func row() throws {
        try fixture.decide(.escalate(fixture.action(), reason: "too big", target: "ciso"))
        try fixture.decide(.approve(fixture.action(comment: nil, reasoning: "fine")))
        try fixture.decide(.recordExecution(.succeeded([])))
        try fixture.commit()
        let row = try #require(try fixture.views.readNow { try $0.decision("d1") })
        #expect(row.status == .executed)
        #expect(!row.isQueued)
        #expect(row.riskLevel == .high)
        #expect(row.automationLevel == .supervised)
        #expect(row.submittedPosition == 2)
        #expect(row.version == 4)
        #expect(row.createdAt.microseconds == start)
        #expect(row.updatedAt == fixture.now)
        #expect(row.slaDeadline?.microseconds == start + 10 * Self.minute)
        #expect(row.resolvedAt == fixture.now)
        #expect(row.resolvedBy == "alice@host")
        #expect(row.operatorDecision == "approve")
        #expect(row.operatorNotes == "fine")
        #expect(row.escalatedTo == "ciso")
        #expect(row.executionResult == "[]")
        #expect(row.executionError == nil)
        #expect(row.submittedBy == "agent:test")
        #expect(row.actionParams == #"{"target":"192.0.2.1"}"#)
        #expect([row.confidence, row.threatScore, row.threatType] == ["0.9", "0.8", "scan"])
        #expect([row.target, row.recommendedAction, row.metadata] == ["192.0.2.1", "review", "{}"])
        #expect([row.actionType, row.reasoning] == ["block_ip", "port scan"])
        #expect(try fixture.views.readNow { try $0.decision("d2") } == nil)
    }
}
