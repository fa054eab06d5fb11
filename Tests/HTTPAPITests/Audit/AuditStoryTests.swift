import EventLog
import Governance
import HTTPTypes
import Ledger
import Testing
import VerdictTesting

/// `GET /api/v1/audit/decisions/{id}`
@Suite("The story of a decision")
struct AuditStoryTests {
    @Test("each step has who, when, how long after the question, and what it changed")
    func steps() async throws {
        let front = try FrontFixture()
        let time = front.fixture.time
        try await front.fixture.openSession("alice@host", id: "session-1")
        try await front.fixture.openSession("bob@host", id: "session-2", role: "security_manager")
        try await front.fixture.submit("d1", risk: .high)
        time.advance(by: .seconds(30))
        try await front.fixture.escalate("d1", in: "session-1", reason: "too big")
        time.advance(by: .seconds(90))
        try await front.fixture.approve("d1", in: "session-2", comment: "fine")
        _ = try await front.fixture.ledger.execute(.closeSession("session-2"))
        let story = try await front.request(.get, "/api/v1/audit/decisions/d1").json
        let steps = try #require(story["steps"]?.arrayValue)
        #expect(
            steps.map { $0.text("event_type") } == [
                "decision_created", "decision_queued", "decision_escalated", "decision_approved",
            ])
        #expect(steps.map { $0["waited_seconds"] } == [.null, .null, 30.0, 120.0])
        #expect(steps.map { $0["seconds_since_step_before"] } == [.null, 0.0, 30.0, 90.0])
        #expect(steps.map { $0.text("operator_id") } == [nil, nil, "alice@host", "bob@host"])
        #expect(steps.map { $0.text("session_id") } == [nil, nil, "session-1", "session-2"])
        #expect(steps.map { $0.text("sla") } == [nil, nil, "met", nil])
        #expect(steps[0]["before"] == .null)
        #expect(steps[1]["changes"] == [])
        for (before, after) in zip(steps, steps.dropFirst()) { #expect(after["before"] == before["after"]) }
        #expect(
            steps[3]["changes"] == [
                ["member": "status", "before": "escalated", "after": "approved"],
                ["member": "in_queue", "before": true, "after": false],
                ["member": "operator_decision", "before": "escalate", "after": "approve"],
                ["member": "operator_id", "before": "alice@host", "after": "bob@host"],
                ["member": "operator_notes", "before": "", "after": "fine"],
                [
                    "member": "resolved_at", "before": "2026-01-15T12:00:30.000000Z",
                    "after": "2026-01-15T12:02:00.000000Z",
                ],
            ])
        #expect(story["status"] == "approved")
        let sessions = try #require(story["sessions"]?.arrayValue)
        #expect(sessions.map { $0.text("session_id") } == ["session-1", "session-2"])
        #expect(sessions.map { $0.text("kind") } == ["session", "session"])
        #expect(sessions[1].text("operator_role") == "security_manager")
        #expect(sessions.map { $0.text("closed_at") } == [nil, "2026-01-15T12:02:00.000000Z"])
        #expect(sessions[0]["ip_address"] == "[REDACTED]")
    }

    @Test("the login of a user who answers is told")
    func login() async throws {
        try await StaffedFront.run { staff in
            try await staff.submit("a1", as: .service)
            try await staff.decide("a1")
            let story = try await staff.get("/api/v1/audit/decisions/a1").json
            let session = try #require(story["sessions"]?.arrayValue?.first)
            #expect(session["kind"] == "login")
            #expect(session["operator_id"] == "ann")
            #expect(session["factor"] == "none")
            #expect(story["submitted_by"] == "agent:candi")
            #expect(story["steps"]?.arrayValue?.last?.text("context_snapshot.approved_actions") == nil)
            #expect(story["steps"]?.arrayValue?.last?.at("context_snapshot.approved_actions") == ["block_ip"])
        }
    }

    @Test("a decision that nobody submitted is not found")
    func unknown() async throws {
        let front = try FrontFixture()
        try await front.fixture.submit("d1")
        let answer = try await front.request(.get, "/api/v1/audit/decisions/nope")
        #expect(answer.status == .notFound)
        #expect(answer.text == #"{"detail":"Decision nope not found"}"#)
    }

    @Test("every story of a random history ends where the views say the decision stands")
    func random() async throws {
        try await AuditFront.run(seed: 3, decisions: 60) { audit in
            for number in 1...60 {
                let answer = try await audit.get("/decisions/d\(number)")
                guard answer.status == .ok else { continue }
                let shown = try await audit.front.get("/decision/d\(number)").json
                #expect(answer["status"] == shown["status"])
                let last = answer["steps"]?.arrayValue?.last
                #expect(last?.at("after.status") == shown["status"])
                let answered = last?.text("after.operator_id")
                #expect(answered == nil || answered == shown.text("resolution.resolved_by"))
            }
        }
    }
}
