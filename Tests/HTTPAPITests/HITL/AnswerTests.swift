import EventLog
import Governance
import HTTPTypes
import Identity
import Ledger
import Testing
import VerdictTesting

/// Answering a question, once (hitl-api 7.3, 7.4, 8.4 to 8.6 and 11.5).
@Suite("Answers of analysts")
struct AnswerTests {
    @Test(
        "an answer comes back with its members in order, and anybody can read it", arguments: ["approved", "rejected"])
    func answer(_ status: String) async throws {
        try await StaffedFront.run { staff in
            try await staff.submit("a1")
            staff.time.advance(by: .seconds(30))
            let actions: JSON = ["block_ip", "quarantine_system", "block_ip"]
            let answer = try await staff.decide(
                "a1", status, ["approved_actions": actions, "notes": "<script>é🔒</script>"])
            #expect(
                answer.text
                    == #"{"decision_id":"a1","status":"\#(status)","#
                    + #""approved_actions":["block_ip","quarantine_system","block_ip"],"notes":"<script>é🔒</script>","#
                    + #""decided_by":"ann","decided_at":"2026-01-15T12:00:30.000000Z","escalation_reason":null,"#
                    + #""analysis_id":"a1"}"#)
            for caller in [Caller.viewer, .service, .admin] {
                #expect(try await staff.get("/api/decisions/a1/response", as: caller).text == answer.text)
            }
            let shown = try await staff.get("/api/decisions/a1")
            #expect(shown["status"]?.stringValue == status)
            #expect(shown["updated_at"] == "2026-01-15T12:00:30.000000Z")
            #expect(try await staff.ids("/api/decisions/pending") == [])
        }
    }

    static let bodies: [(name: String, body: String, status: Int)] = [
        ("the id of the path", AnalysisSample.answer("approved", ["decision_id": "a1"]), 200),
        ("no id", AnalysisSample.answer("approved"), 200),
        ("an id of null", AnalysisSample.answer("approved", ["decision_id": nil]), 200),
        ("another id", AnalysisSample.answer("approved", ["decision_id": "a2"]), 422),
        ("no notes", AnalysisSample.answer("approved", without: "notes"), 200),
        ("notes of null", AnalysisSample.answer("approved", ["notes": nil]), 200),
        ("empty notes", AnalysisSample.answer("approved", ["notes": ""]), 200),
        ("notes that are a number", AnalysisSample.answer("approved", ["notes": 1]), 422),
        ("no actions", AnalysisSample.answer("rejected", ["approved_actions": []]), 200),
        ("actions left out", AnalysisSample.answer("rejected", without: "approved_actions"), 422),
        (
            "every action",
            AnalysisSample.answer(
                "approved",
                [
                    "approved_actions": [
                        "block_ip", "quarantine_system", "activate_killswitch", "deploy_countermeasure",
                        "escalate_to_soc", "no_action", "custom",
                    ]
                ]), 200
        ),
        ("prose", AnalysisSample.answer("approved", ["approved_actions": ["Block the address"]]), 422),
        ("an action in capitals", AnalysisSample.answer("approved", ["approved_actions": ["BLOCK_IP"]]), 422),
        ("no status", AnalysisSample.answer("approved", without: "status"), 422),
        ("pending", AnalysisSample.answer("pending"), 422), ("in review", AnalysisSample.answer("in_review"), 422),
        ("modify", AnalysisSample.answer("modify"), 422),
        ("a status in capitals", AnalysisSample.answer("APPROVED"), 422),
        ("a reason that an approval does not need", AnalysisSample.answer("approved", ["escalation_reason": "x"]), 200),
        ("a reason that is a number", AnalysisSample.answer("escalated", ["escalation_reason": 1]), 422),
        ("an escalation", AnalysisSample.answer("escalated", ["escalation_reason": "x"]), 200),
    ]

    @Test("bodies of decide", arguments: bodies)
    func body(name: String, body: String, status: Int) async throws {
        try await StaffedFront.run { staff in
            try await staff.submit("a1")
            let events = try await staff.events {
                let answer = try await staff.post("/api/decisions/a1/decide", body, as: .analyst)
                #expect(answer.status.code == status, "\(answer.text)")
            }
            #expect(events.count == (status == 200 ? 1 : 0))
            let response = try await staff.get("/api/decisions/a1/response")
            #expect(response.status.code == (status == 200 ? 200 : 404))
            if status == 200, name.contains("notes") { #expect(response["notes"] == "") }
        }
    }

    static let escalations: [(name: String, query: String, body: String?, reason: String?)] = [
        ("in the query", "?escalation_reason=too%20big%20%F0%9F%94%92", nil, "too big 🔒"),
        ("the query wins", "?escalation_reason=query", #"{"reason":"body"}"#, "query"),
        ("the last of several counts", "?escalation_reason=a&escalation_reason=b", nil, "b"),
        ("in a body", "", #"{"escalation_reason":"why","urgency":"high"}"#, "why"),
        ("in a body, as others call it", "", #"{"reason":"why"}"#, "why"),
        ("the contract's name wins", "", #"{"reason":"other","escalation_reason":"why"}"#, "why"),
        ("nowhere", "", nil, nil), ("in an empty body", "", "{}", nil), ("a null", "", #"{"reason":null}"#, nil),
        ("a number", "", #"{"reason":7}"#, nil),
    ]

    @Test("the reason of an escalation", arguments: escalations)
    func escalation(name: String, query: String, body: String?, reason: String?) async throws {
        try await StaffedFront.run { staff in
            try await staff.submit("a1")
            let answer = try await staff.post("/api/decisions/a1/escalate\(query)", body, as: .analyst)
            guard let reason else {
                #expect(answer.status == .unprocessableContent, "\(answer.text)")
                #expect(try await staff.ids("/api/decisions/pending") == ["a1"])
                return
            }
            #expect(
                answer.text
                    == #"{"decision_id":"a1","status":"escalated","approved_actions":[],"notes":"Escalated by ann","#
                    + #""decided_by":"ann","decided_at":"2026-01-15T12:00:00.000000Z","escalation_reason":"\#(reason)","#
                    + #""analysis_id":"a1"}"#)
            #expect(try await staff.get("/api/decisions/a1/response").text == answer.text)
            #expect(try await staff.ids("/api/decisions/pending") == [])
        }
    }

    // MARK: What an escalation is

    @Test(
        "an escalated one is answered for analysts, and an administrator may still decide it",
        arguments: ["approved", "rejected"])
    func escalated(_ status: String) async throws {
        try await StaffedFront.run { staff in
            try await staff.submit("a1")
            #expect(try await staff.escalate("a1").status == .ok)
            try await staff.register("abe")
            let second = try await staff.logIn("abe")
            for body in [AnalysisSample.answer(status), AnalysisSample.answer("escalated", ["escalation_reason": "x"])]
            {
                for token in [second, try #require(staff.token(of: .analyst))] {
                    let answer = try await staff.request(
                        .post, "/api/decisions/a1/decide", token: token, bytes: Array(body.utf8))
                    #expect(answer.status == .badRequest)
                    #expect(answer.text == #"{"detail":"Decision already made"}"#)
                }
            }
            #expect(try await staff.escalate("a1").text == #"{"detail":"Decision already made"}"#)
            // Another escalation is no answer, also for an administrator.
            #expect(try await staff.escalate("a1", as: .admin).text == #"{"detail":"Decision already made"}"#)
            let again = try await staff.decide("a1", "escalated", ["escalation_reason": "x"], as: .admin)
            #expect(again.text == #"{"detail":"Decision already made"}"#)

            let answer = try await staff.decide("a1", status, ["notes": "settled"], as: .admin)
            #expect(answer["status"]?.stringValue == status)
            let response = try await staff.get("/api/decisions/a1/response")
            #expect(response["decided_by"] == "ada")
            #expect(response["notes"] == "settled")
            #expect(response["escalation_reason"] == JSON.null)
            #expect(try await staff.decide("a1", "approved", as: .admin).text == #"{"detail":"Decision already made"}"#)
            let figures = try await staff.get("/api/decisions/stats/summary")
            #expect(figures["total_completed"] == 1)
            #expect(figures["total_escalated"] == 0)
            #expect(figures["total_\(status)"] == 1)
        }
    }

    @Test("an escalation by the clock is nobody's answer: it stays among the pending ones")
    func byTheClock() async throws {
        try await StaffedFront.run { staff in
            try await staff.submit("a1")
            staff.time.advance(by: .minutes(20))
            try await staff.fixture.ledger.passTime()
            #expect(try await staff.fixture.status("a1") == .escalated)
            let caller = try await staff.logIn("ann")
            let pending = try await staff.request(.get, "/api/decisions/pending", token: caller)
            #expect(pending.json.arrayValue?.map { $0["analysis_id"] } == ["a1"])
            #expect(pending.json.arrayValue?.map { $0["status"] } == ["pending"])
            #expect(try await staff.request(.get, "/api/decisions/a1/response", token: caller).status == .notFound)
            let figures = try await staff.request(.get, "/api/decisions/stats/summary", token: caller)
            #expect(figures["total_pending"] == 1)
            #expect(figures["total_completed"] == 0)
            let answer = try await staff.request(
                .post, "/api/decisions/a1/decide", token: caller, bytes: Array(AnalysisSample.answer("approved").utf8))
            #expect(answer.status == .ok, "\(answer.text)")
        }
    }

    // MARK: Many at once

    @Test("twenty answers at once: one is taken, nineteen come too late, and there is one event")
    func simultaneous() async throws {
        try await StaffedFront.run { staff in
            try await staff.submit("a1")
            let statuses = ["approved", "rejected", "escalated"]
            let before = try staff.fixture.ledger.log.lastPosition
            let answers = try await withThrowingTaskGroup(of: Answer.self) { group in
                for index in 0..<20 {
                    group.addTask {
                        try await staff.decide(
                            "a1", statuses[index % 3], ["notes": .string("n\(index)"), "escalation_reason": "x"],
                            as: index.isMultiple(of: 2) ? .analyst : .admin)
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            // An administrator may still decide what an analyst has escalated: that is no second answer.
            let taken = answers.filter { $0.status == .ok }
            let late = answers.filter { $0.status != .ok }
            for answer in late {
                #expect(answer.status == .badRequest)
                #expect(answer.text == #"{"detail":"Decision already made"}"#)
            }
            let events = try staff.fixture.eventTypes(from: before + 1)
            #expect(events.count == taken.count)
            #expect(taken.count == 1 || events.first == "decision.escalated.v1" && taken.count == 2)
        }
    }

    @Test("twenty approvals of analysts at once: one 200, nineteen 400, one event")
    func simultaneousApprovals() async throws {
        try await StaffedFront.run { staff in
            try await staff.submit("a1")
            let before = try staff.fixture.ledger.log.lastPosition
            let answers = try await withThrowingTaskGroup(of: Answer.self) { group in
                for index in 0..<20 {
                    group.addTask { try await staff.decide("a1", "approved", ["notes": .string("n\(index)")]) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.count { $0.status == .ok } == 1)
            #expect(answers.count { $0.status == .badRequest } == 19)
            #expect(try staff.fixture.eventTypes(from: before + 1) == ["decision.approved.v1"])
            let notes = answers.first { $0.status == .ok }?["notes"]
            #expect(try await staff.get("/api/decisions/a1/response")["notes"] == notes)
        }
    }

    @Test("answers to different questions do not disturb each other")
    func different() async throws {
        try await StaffedFront.run { staff in
            for index in 0..<10 { try await staff.submit("a\(index)") }
            let answers = try await withThrowingTaskGroup(of: Answer.self) { group in
                for index in 0..<10 { group.addTask { try await staff.decide("a\(index)") } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.allSatisfy { $0.status == .ok })
        }
    }

    // MARK: Keys

    @Test(
        "the key of a request brings its first answer again; of another user, or with other words, it is another request"
    )
    func idempotency() async throws {
        try await StaffedFront.run { staff in
            let key: HTTPFields = [.idempotencyKey: "key-1"]
            let body = AnalysisSample.body("a1")
            let first = try await staff.post("/api/decisions/submit", body, as: .service, headers: key)
            let events = try await staff.events {
                let second = try await staff.post("/api/decisions/submit", body, as: .service, headers: key)
                #expect(second.status == .ok)
                #expect(second.text == first.text)
                let other = try await staff.post("/api/decisions/submit", body, as: .admin, headers: key)
                #expect(other.status == .unprocessableContent)
                #expect(other.text.contains("key-1 was used for another request"))
                let changed = AnalysisSample.body("a1", ["priority": "low"])
                let third = try await staff.post("/api/decisions/submit", changed, as: .service, headers: key)
                #expect(third.status == .unprocessableContent)
            }
            #expect(events.isEmpty)
        }
    }

    @Test("an answer under a key comes again byte for byte, also when the decision has moved on")
    func idempotentAnswer() async throws {
        try await StaffedFront.run { staff in
            try await staff.submit("a1")
            let key: HTTPFields = [.idempotencyKey: "key-1"]
            let path = "/api/decisions/a1/escalate?escalation_reason=too%20big"
            let first = try await staff.post(path, as: .analyst, headers: key)
            staff.time.advance(by: .seconds(5))
            try await staff.decide("a1", as: .admin)
            #expect(try await staff.post(path, as: .analyst, headers: key).text == first.text)
            let other = try await staff.post(
                "/api/decisions/a1/escalate?escalation_reason=else", as: .analyst, headers: key)
            #expect(other.status == .unprocessableContent)
        }
    }

    // MARK: The workflow of the analysis engine

    @Test("an attack is approved, a weak case escalated, a false alarm rejected")
    func scenarios() async throws {
        try await StaffedFront.run { staff in
            let ttps: JSON = ["T1110", "T1078", "T1021", "T1105"]
            try await staff.submit("apt", ["confidence": 89.5, "ttps": ttps], as: .service)
            try await staff.submit(
                "weak", ["confidence": 65, "priority": "high", "threat_level": "TARGETED"], as: .service)
            try await staff.submit(
                "false", ["confidence": 45, "priority": "low", "threat_level": "Suspicious"], as: .service)
            #expect(try await staff.ids("/api/decisions/pending?priority=critical") == ["apt"])
            let shown = try await staff.get("/api/decisions/apt", as: .analyst)
            #expect(shown["attributed_actor"] == "APT28")
            #expect(shown["confidence"] == 89.5)
            #expect(shown["ttps"] == ttps)

            let actions: JSON = ["block_ip", "quarantine_system", "escalate_to_soc"]
            #expect(try await staff.decide("apt", "approved", ["approved_actions": actions]).status == .ok)
            let approved = try await staff.get("/api/decisions/apt/response", as: .service)
            #expect(approved["status"] == "approved")
            #expect(approved["decided_by"] == "ann")
            #expect(approved["approved_actions"] == actions)

            let escalated = try await staff.post(
                "/api/decisions/weak/escalate?escalation_reason=low%20confidence", as: .analyst)
            #expect(escalated["escalation_reason"] == "low confidence")
            let rejected = try await staff.decide(
                "false", "rejected", ["approved_actions": [], "notes": "a scanner of ours"])
            #expect(rejected["notes"] == "a scanner of ours")
            #expect(try await staff.get("/api/decisions/stats/summary")["total_completed"] == 3)
        }
    }
}
