import EventLog
import Governance
import HTTPAPI
import HTTPTypes
import Ledger
import Testing
import VerdictTesting

/// Sessions and what an operator has done in them (governance-api 4).
@Suite("Sessions and statistics")
struct SessionStatisticsTests {
    private func statistics(_ front: FrontFixture) async throws -> Answer {
        try await front.get("/session/alice@host/stats")
    }

    @Test("a new session, all fields")
    func create() async throws {
        let answer = try await FrontFixture().post(
            "/session/create", #"{"operator_id":"alice@host","operator_name":"Alice","operator_role":"ciso"}"#)
        let id = try #require(answer["session_id"]?.stringValue)
        #expect(try #/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/#.wholeMatch(in: id) != nil)
        #expect(
            answer.text == """
                {"session_id":"\(id)","operator_id":"alice@host","operator_name":"Alice","operator_role":"ciso",\
                "created_at":"2026-01-15T12:00:00.000000Z","expires_at":"2026-01-15T20:00:00.000000Z","active":true,\
                "message":"Session created successfully"}
                """)
    }

    @Test("nothing done: zeros, and no division by them")
    func zeros() async throws {
        let answer = try await statistics(FrontFixture())
        #expect(
            answer.text == """
                {"operator_id":"alice@host","total_sessions":0,"total_decisions_reviewed":0,"total_approved":0,\
                "total_rejected":0,"total_escalated":0,"approval_rate":0.0,"rejection_rate":0.0,"escalation_rate":0.0,\
                "average_review_time":0.0,"total_decisions":0,"approved":0,"rejected":0,"escalated":0,\
                "avg_response_time":0.0,"avg_response_time_seconds":0.0,"session_duration":0.0,\
                "decisions_per_hour":0.0,"metadata":{}}
                """)
    }

    @Test("all figures, and counters that are whole numbers")
    func figures() async throws {
        let front = try FrontFixture()
        try await front.fixture.openSession()
        try await front.fixture.openSession(id: "session-2")
        for decisionID in ["d1", "d2", "d3"] { try await front.fixture.submit(decisionID) }
        front.fixture.time.advance(by: .seconds(30))
        try await front.fixture.approve("d1")
        try await front.fixture.approve("d2", in: "session-2")
        front.fixture.time.advance(by: .minutes(29))
        front.fixture.time.advance(by: .seconds(30))
        try await front.fixture.escalate("d3")
        try await front.fixture.reject("d3")
        // Reviews of 30, 30, 1800 and 1800 s in two sessions of half an hour.
        #expect(
            try await statistics(front).text == """
                {"operator_id":"alice@host","total_sessions":2,"total_decisions_reviewed":4,"total_approved":2,\
                "total_rejected":1,"total_escalated":1,"approval_rate":0.5,"rejection_rate":0.25,\
                "escalation_rate":0.25,"average_review_time":915.0,"total_decisions":4,"approved":2,"rejected":1,\
                "escalated":1,"avg_response_time":915.0,"avg_response_time_seconds":915.0,"session_duration":3600.0,\
                "decisions_per_hour":4.0,"metadata":{}}
                """)
    }

    @Test("each action is counted in the very next answer, a refused one is not")
    func next() async throws {
        let front = try FrontFixture()
        try await front.fixture.openSession()
        let body = #"{"session_id":"session-1","reason":"x","escalation_reason":"x"}"#
        for number in 1...10 {
            try await front.fixture.submit("d\(number)")
            for (action, member) in [("escalate", "total_escalated"), ("approve", "total_approved")] {
                #expect(try await front.post("/decision/d\(number)/\(action)", body).status == .ok)
                #expect(try await statistics(front).text.contains("\"\(member)\":\(number),"))
            }
            #expect(try await front.post("/decision/d\(number)/reject", body).status == .conflict)
        }
        #expect(try await statistics(front)["total_decisions_reviewed"] == 20)
    }

    @Test("a session ends 8 hours after it began, whatever was done in it")
    func expiry() async throws {
        let front = try FrontFixture()
        try await front.fixture.openSession()
        for decisionID in ["d1", "d2"] { try await front.fixture.submit(decisionID) }
        let body = #"{"session_id":"session-1"}"#
        front.fixture.time.advance(by: Interval(microseconds: Interval.hours(8).microseconds - 1))
        #expect(try await front.post("/decision/d1/approve", body).status == .ok)
        front.fixture.time.advance(by: Interval(microseconds: 1))
        try await Exchange(
            "expired", .post, FrontFixture.base + "/decision/d2/approve", body, .notFound,
            contains: [#"{"detail":"Invalid or expired session: session-1"}"#]
        ).check(front)
        try await front.fixture.ledger.passTime()
        #expect(try front.fixture.eventTypes().contains("session.closed.v1"))
        let after = try await statistics(front)
        #expect(after["total_sessions"] == 1)
        #expect(after["total_approved"] == 1)
        front.fixture.time.advance(by: .hours(5))
        #expect(try await statistics(front)["session_duration"] == 28800.0)
    }

    @Test("a closed session admits no action and keeps its figures")
    func close() async throws {
        let front = try FrontFixture()
        try await front.fixture.openSession()
        try await front.fixture.submit()
        front.fixture.time.advance(by: .hours(1))
        let body = #"{"session_id":"session-1"}"#
        #expect(
            try await front.post("/session/close", body).text
                == #"{"session_id":"session-1","active":false,"message":"Session closed successfully"}"#)
        #expect(try await front.post("/decision/d1/approve", body).status == .notFound)
        #expect(try await front.post("/session/close", body).status == .ok)
        front.fixture.time.advance(by: .hours(1))
        #expect(try await statistics(front)["session_duration"] == 3600.0)
    }
}
