import EventLog
import Governance
import HTTPTypes
import Testing
import VerdictTesting

/// What is asked at one door can be answered at the other, and both tell the same story (contracts/README).
@Suite("One ledger behind both doors")
struct OneLedgerTests {
    private static let base = FrontFixture.base

    private static func act(
        _ staff: StaffedFront, _ action: String, on id: String, _ more: String = ""
    ) async throws -> Answer {
        try await staff.post(
            "\(base)/decision/\(id)/\(action)", #"{"session_id":"session-1"\#(more)}"#, as: .nobody)
    }

    @Test("a question of the HITL API stands in the Governance API's queue in its own words")
    func toGovernance() async throws {
        try await StaffedFront.run { staff in
            try await staff.submit("a1", as: .service)
            let shown = try await staff.get("\(Self.base)/decisions/a1", as: .nobody)
            #expect(shown["risk_level"] == "critical")
            #expect(shown["status"] == "pending")
            #expect(shown["submitted_by"] == "agent:candi")
            #expect(shown["target"] == "203.0.113.9")
            #expect(shown["threat_type"] == "APT")
            #expect(shown["reasoning"] == "APT | 3 behaviours")
            #expect(shown["confidence"]?.numberValue?.double == 0.875)
            #expect(shown["action_type"] == "block_ip")
            let pending = try await staff.get("\(Self.base)/pending", as: .nobody)
            #expect(pending["total_pending"] == 1)
            #expect(pending["by_risk_level"]?["critical"] == 1)
        }
    }

    @Test("a decision of the Governance API stands among the pending ones in the words of the HITL API")
    func toHITL() async throws {
        try await StaffedFront.run { staff in
            let body =
                #"{"decision_id":"d1","risk_level":"critical","context":{"action_type":"isolate_host","#
                + #""action_params":{"target":"192.0.2.7"},"ai_reasoning":"beacon","confidence":0.5,"threat_type":"apt"}}"#
            #expect(try await staff.post("\(Self.base)/decisions", body, as: .nobody).status == .ok)
            let shown = try await staff.get("/api/decisions/d1", as: .viewer)
            #expect(shown["priority"] == "critical")
            #expect(shown["threat_level"] == "apt")
            #expect(shown["source_ip"] == "192.0.2.7")
            #expect(shown["forensic_summary"] == "beacon")
            #expect(shown["confidence"]?.numberValue?.double == 50)
            #expect(shown["incident_id"] == JSON.null)
            #expect(shown["attributed_actor"] == JSON.null)
            #expect(shown["iocs"] == [])
            #expect(shown["ttps"] == [])
            #expect(shown["created_at"] == "2026-01-15T12:00:00.000000Z")
            #expect(try await staff.ids("/api/decisions/pending") == ["d1"])
        }
    }

    @Test("asked there, answered here", arguments: ["approved", "rejected", "escalated"])
    func answeredHere(_ status: String) async throws {
        try await StaffedFront.run { staff in
            try await staff.fixture.submit("d1")
            staff.time.advance(by: .minutes(3))
            let answer = try await staff.decide("d1", status, ["escalation_reason": "too big", "notes": "seen"])
            #expect(answer.status == .ok, "\(answer.text)")
            let shown = try await staff.get("\(Self.base)/decision/d1", as: .nobody)
            #expect(shown["status"]?.stringValue == status)
            #expect(shown["resolution"]?["resolved_by"] == "ann")
            let statistics = try await staff.get("\(Self.base)/session/ann/stats", as: .nobody)
            #expect(statistics["total_decisions_reviewed"] == 1)
            #expect(statistics["total_\(status)"] == 1)
            #expect(statistics["average_review_time"]?.numberValue?.double == 180)
        }
    }

    @Test(
        "asked here, answered there",
        arguments: [("approve", "approved"), ("reject", "rejected"), ("escalate", "escalated")])
    func answeredThere(action: String, status: String) async throws {
        try await StaffedFront.run { staff in
            try await staff.submit("a1")
            try await staff.fixture.openSession()
            let answer = try await Self.act(
                staff, action, on: "a1", #","comment":"fine","reason":"no","escalation_reason":"up""#)
            #expect(answer.status == .ok, "\(answer.text)")
            let response = try await staff.get("/api/decisions/a1/response", as: .viewer)
            #expect(response["status"]?.stringValue == status)
            #expect(response["decided_by"] == "alice@host")
            #expect(response["approved_actions"] == [])
            #expect(response["decided_at"] == "2026-01-15T12:00:00.000000Z")
            #expect(response["escalation_reason"] == (status == "escalated" ? "up" : JSON.null))
            #expect(try await staff.ids("/api/decisions/pending") == [])
            #expect(try await staff.decide("a1").text == #"{"detail":"Decision already made"}"#)
            let figures = try await staff.get("/api/decisions/stats/summary")
            #expect(figures["total_completed"] == 1)
            #expect(figures["total_\(status)"] == 1)
        }
    }

    @Test("what was answered here cannot be answered there", arguments: ["approve", "reject", "escalate"])
    func bothAnswers(_ action: String) async throws {
        try await StaffedFront.run { staff in
            try await staff.submit("a1")
            try await staff.decide("a1", "rejected", ["notes": "a false alarm"])
            try await staff.fixture.openSession()
            let answer = try await Self.act(staff, action, on: "a1", #","reason":"x","escalation_reason":"x""#)
            #expect(answer.status == .conflict)
            #expect(answer.text == #"{"detail":"Decision already resolved: a1"}"#)
            #expect(try await staff.get("/api/decisions/a1/response")["notes"] == "a false alarm")
        }
    }

    @Test("one id is one question, at whichever door it was taken")
    func oneNamespace() async throws {
        try await StaffedFront.run { staff in
            try await staff.fixture.submit("d1")
            let here = try await staff.post("/api/decisions/submit", AnalysisSample.body("d1"))
            #expect(here.text == #"{"detail":"Decision already exists"}"#)
            try await staff.submit("a1")
            let there = try await staff.post(
                "\(Self.base)/test/enqueue", #"{"decision_id":"a1","risk_level":"low"}"#, as: .nobody)
            #expect(there.status == .conflict)
        }
    }

    @Test("what needs no human stands in no list of questions", arguments: ["/api/decisions/pending"])
    func automatic(_ path: String) async throws {
        try await StaffedFront.run { staff in
            try await staff.fixture.submit("d1", risk: .low, automation: .full)
            #expect(try await staff.ids(path) == [])
            #expect(try await staff.decide("d1").text == #"{"detail":"Decision already made"}"#)
            #expect(try await staff.get("/api/decisions/d1/response").status == .notFound)
        }
    }
}
