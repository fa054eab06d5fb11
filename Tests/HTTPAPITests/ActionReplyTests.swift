import EventLog
import Governance
import HTTPAPI
import HTTPTypes
import Ledger
import Testing
import VerdictTesting

/// What the three actions answer, and what they leave behind (governance-api 5.3 to 5.5).
@Suite("Replies of actions")
struct ActionReplyTests {
    private static let session = #""session_id":"session-1""#
    private static let tail = #""success":true,"timestamp":"2026-01-15T12:00:00.000000Z","metadata":{}}"#

    private func furnished(
        risk: RiskLevel = .high, role: String = "soc_operator", ledger: (inout LedgerConfiguration) -> Void = { _ in }
    ) async throws -> FrontFixture {
        let front = try FrontFixture(ledger: ledger)
        try await front.fixture.openSession(role: role)
        try await front.fixture.submit("d1", risk: risk)
        return front
    }

    @Test("approve without an executor")
    func approve() async throws {
        let front = try await furnished()
        #expect(
            try await front.post("/decision/d1/approve", "{\(Self.session)}").text
                == #"{"decision_id":"d1","action":"approved","status":"approved","#
                + #""message":"Decision d1 approved and executed","executed":false,"result":{},"#
                + #""error":"No executor registered for action type: block_ip","# + Self.tail)
        #expect(try await front.get("/decision/d1/status")["status"] == "approved")
    }

    @Test("approve with an executor")
    func executed() async throws {
        let front = try await furnished { $0.executors["block_ip"] = { _ in ["rule": 17, "done": true] } }
        let before = try front.fixture.eventTypes().count
        #expect(
            try await front.post("/decision/d1/approve", "{\(Self.session)}").text
                == #"{"decision_id":"d1","action":"approved","status":"approved","#
                + #""message":"Decision d1 approved and executed","executed":true,"#
                + #""result":{"rule":17,"done":true},"error":null,"# + Self.tail)
        #expect(
            try front.fixture.eventTypes(from: before + 1) == ["decision.approved.v1", "decision.executed.v1"])
        let decision = try await front.get("/decision/d1")
        #expect(decision["status"] == "executed")
        #expect(decision["resolution"]?["status"] == "approved")
    }

    @Test("approve with an executor that fails: the approval stands")
    func failed() async throws {
        struct Unreachable: Error, CustomStringConvertible { let description = "the firewall is unreachable" }
        let front = try await furnished { $0.executors["block_ip"] = { _ in throw Unreachable() } }
        let answer = try await front.post("/decision/d1/approve", "{\(Self.session)}")
        #expect(answer.status == .ok)
        #expect(
            answer.text.contains(#""executed":false,"result":{},"error":"the firewall is unreachable","success":true"#))
        let decision = try await front.get("/decision/d1")
        #expect(decision["status"] == "failed")
        #expect(decision["resolution"]?["status"] == "approved")
        #expect(try await front.get("/session/alice@host/stats")["total_approved"] == 1)
    }

    @Test("reject")
    func reject() async throws {
        let front = try await furnished()
        #expect(
            try await front.post("/decision/d1/reject", #"{\#(Self.session),"reason":"no"}"#).text
                == #"{"decision_id":"d1","action":"rejected","status":"rejected","message":"Decision d1 rejected","#
                + #""executed":false,"result":null,"error":null,"# + Self.tail)
    }

    @Test("escalate")
    func escalate() async throws {
        let front = try await furnished()
        let answer = try await front.post("/decision/d1/escalate", #"{\#(Self.session),"escalation_reason":"help"}"#)
        let eventID = try #require(answer["result"]?["escalation_event_id"]?.stringValue)
        #expect(eventID.hasPrefix("esc_"))
        #expect(
            answer.text
                == #"{"decision_id":"d1","action":"escalated","status":"escalated","message":"Decision d1 escalated","#
                + #""executed":false,"result":{"decision_id":"d1","status":"escalated","#
                + #""escalated_to":"security_manager","escalation_event_id":"\#(eventID)","reason":"help"},"#
                + #""error":null,"# + Self.tail)
        #expect(try await front.get("/escalations")["escalations"]?.arrayValue?.first?["event_id"] == .string(eventID))
    }

    @Test(
        "the target follows from role and risk",
        arguments: [
            (RiskLevel.critical, "soc_operator", "ciso"), (.high, "soc_operator", "security_manager"),
            (.medium, "soc_operator", "soc_supervisor"), (.low, "soc_operator", "soc_supervisor"),
            (.low, "soc_supervisor", "security_manager"), (.medium, "security_manager", "ciso"), (.low, "ciso", "ciso"),
            (.low, "senior_analyst", "soc_supervisor"), (.medium, "benchmark_role", "soc_supervisor"),
        ])
    func target(_ risk: RiskLevel, _ role: String, _ target: String) async throws {
        let front = try await furnished(risk: risk, role: role)
        let answer = try await front.post("/decision/d1/escalate", #"{\#(Self.session),"reasoning":"help"}"#)
        #expect(answer["result"]?["escalated_to"] == .string(target))
    }

    @Test(
        "a target in the chain and not below the computed one wins, any other is echoed",
        arguments: [
            (#""escalation_target":"ciso""#, "ciso", nil), (#""to_level":"ciso""#, "ciso", nil),
            (#""escalation_target":"security_manager","to_level":"ciso""#, "security_manager", nil),
            (#""escalation_target":"soc_supervisor""#, "security_manager", "soc_supervisor"),
            (#""escalation_target":"senior_analyst""#, "security_manager", "senior_analyst"),
            (#""escalation_target":null"#, "security_manager", nil),
        ])
    func requestedTarget(_ member: String, _ target: String, _ requested: String?) async throws {
        let front = try await furnished()
        let answer = try await front.post(
            "/decision/d1/escalate", #"{\#(Self.session),"escalation_reason":"help",\#(member)}"#)
        #expect(answer["result"]?["escalated_to"] == .string(target))
        #expect(answer["result"]?["requested_target"]?.stringValue == requested)
    }

    @Test("an escalated decision stays in the queue and can be escalated again, approved or rejected")
    func escalatedAgain() async throws {
        let front = try await furnished()
        try await front.fixture.submit("d2")
        let body = #"{\#(Self.session),"escalation_reason":"help","reason":"no"}"#
        for decisionID in ["d1", "d2"] {
            for _ in 0..<2 { #expect(try await front.post("/decision/\(decisionID)/escalate", body).status == .ok) }
        }
        #expect(try await front.get("/pending")["total_pending"] == 2)
        #expect(try await front.post("/decision/d1/approve", body).status == .ok)
        #expect(try await front.post("/decision/d2/reject", body).status == .ok)
        #expect(try await front.get("/pending")["total_pending"] == 0)
        #expect(try await front.get("/session/alice@host/stats")["total_escalated"] == 4)
    }

    @Test(
        "reasoning stands in for an empty comment",
        arguments: [
            (#""comment":"c","reasoning":"r""#, "c"), (#""comment":"","reasoning":"r""#, "r"),
            (#""reasoning":"r""#, "r"),
        ])
    func notes(_ members: String, _ notes: String) async throws {
        let front = try await furnished()
        try await front.post("/decision/d1/approve", #"{\#(Self.session),\#(members)}"#)
        let answer = try await front.get("/decisions")
        #expect(answer["decisions"]?.arrayValue?.first?["operator_notes"] == .string(notes))
    }

    @Test("of many at once exactly one decides, and counts")
    func race() async throws {
        let front = try await furnished()
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<10 {
                let action = number.isMultiple(of: 2) ? "approve" : "reject"
                group.addTask {
                    try await front.post("/decision/d1/\(action)", #"{\#(Self.session),"reason":"x"}"#).status.code
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(statuses.sorted() == [200] + [Int](repeating: 409, count: 9))
        #expect(try await front.get("/session/alice@host/stats")["total_decisions_reviewed"] == 1)
    }
}
