import EventLog
import HTTPTypes
import NIOHTTP1
import Testing
import VerdictTesting

/// The list of open questions and the figures about all (hitl-api 8.2, 8.7, 9.2 and 14.2).
@Suite("Pending questions and figures")
struct PendingTests {
    private static let pending = "/api/decisions/pending"

    @Test("the most urgent come first, then the oldest; ties keep the order in which they came")
    func order() async throws {
        try await StaffedFront.run { staff in
            let sent: [(id: String, priority: JSON, time: JSON)] = [
                ("low", "low", "2026-01-15T08:00:00Z"), ("tie2", "high", "2026-01-15T10:00:00Z"),
                ("critical-late", "critical", "2026-01-15T11:30:00Z"), ("tie1", "high", "2026-01-15T10:00:00+00:00"),
                ("high-old", "high", "2026-01-15T09:00:00Z"), ("medium", "medium", 1_768_474_800),
                ("critical", "critical", "2026-01-15T11:00:00"), ("high-east", "high", "2026-01-15T11:30:00+02:00"),
            ]
            for question in sent {
                try await staff.submit(question.id, ["priority": question.priority, "created_at": question.time])
            }
            let order = ["critical", "critical-late", "high-old", "high-east", "tie2", "tie1", "medium", "low"]
            #expect(try await staff.ids(Self.pending) == order)
            for limit in ["1", "3", "8", "100", "3.0"] {
                let count = Int(limit) ?? 3
                #expect(try await staff.ids("\(Self.pending)?limit=\(limit)") == Array(order.prefix(count)))
            }
            #expect(try await staff.ids("\(Self.pending)?priority=high&limit=2") == ["high-old", "high-east"])
            #expect(try await staff.ids("\(Self.pending)?priority=low&priority=medium") == ["medium"])
            try await staff.decide("high-old")
            #expect(try await staff.ids("\(Self.pending)?priority=high") == ["high-east", "tie2", "tie1"])
        }
    }

    @Test("nobody asks, nothing waits")
    func empty() async throws {
        try await StaffedFront.run { staff async throws in
            #expect(try await staff.get(Self.pending, as: .analyst).text == "[]")
            #expect(
                try await staff.get("/api/decisions/stats/summary", as: .viewer).text
                    == #"{"total_pending":0,"critical_pending":0,"high_pending":0,"medium_pending":0,"low_pending":0,"#
                    + #""total_completed":0,"avg_response_time_minutes":0.0,"decisions_last_24h":0,"total_approved":0,"#
                    + #""total_rejected":0,"total_escalated":0,"approval_rate":0.0,"oldest_pending_minutes":0.0,"#
                    + #""decisions_today":0}"#)
        }
    }

    @Test("fifty unless asked for more, a hundred at most")
    func limit() async throws {
        try await StaffedFront.run { staff in
            for index in 0..<101 { try await staff.fixture.submit("d\(index)") }
            #expect(try await staff.ids(Self.pending).count == 50)
            #expect(try await staff.ids("\(Self.pending)?limit=100").count == 100)
            #expect(try await staff.ids("\(Self.pending)?limit=1").count == 1)
        }
    }

    @Test(
        "other limits are refused",
        arguments: ["0", "-1", "101", "1.5", "", "x", "1e2", "NaN", "99999999999999999999", "0x10"])
    func wrongLimit(_ limit: String) async throws {
        try await StaffedFront.run { staff in
            let answer = try await staff.get("\(Self.pending)?limit=\(limit)", as: .analyst)
            #expect(answer.status == .unprocessableContent, "\(answer.text)")
            #expect(answer["detail"]?.arrayValue?.first?["loc"] == ["query", "limit"])
        }
    }

    @Test("the figures count every question and every answer, however it was timed")
    func figures() async throws {
        try await StaffedFront.run { staff in
            // Noon: yesterday's, this morning's, one without an offset, one of the future.
            try await staff.submit("a", ["priority": "critical", "created_at": "2026-01-14T11:59:59Z"])
            try await staff.submit("b", ["priority": "high", "created_at": "2026-01-14T23:59:00Z"])
            try await staff.submit("c", ["priority": "high", "created_at": "2026-01-15T00:00:00"])
            try await staff.submit("d", ["priority": "medium", "created_at": "2026-01-15T11:00:00+01:00"])
            try await staff.submit("e", ["priority": "low", "created_at": "2027-01-01T00:00:00Z"])
            try await staff.submit("f", ["priority": "low", "created_at": "2026-01-15T11:00:00Z"])
            try await staff.submit("g", ["priority": "low", "created_at": "2026-01-15T11:30:00Z"])
            try await staff.decide("f", "approved")
            staff.time.advance(by: .minutes(6))
            try await staff.decide("g", "rejected")
            try await staff.escalate("d")
            let figures = try await staff.get("/api/decisions/stats/summary", as: .viewer)
            let expected: [(String, Double)] = [
                ("total_pending", 4), ("critical_pending", 1), ("high_pending", 2), ("medium_pending", 0),
                ("low_pending", 1), ("total_completed", 3), ("avg_response_time_minutes", (60 + 36 + 126) / 3),
                ("decisions_last_24h", 6), ("total_approved", 1), ("total_rejected", 1), ("total_escalated", 1),
                ("approval_rate", 100.0 / 3), ("oldest_pending_minutes", 24 * 60 + 6 + 1.0 / 60),
                ("decisions_today", 5),
            ]
            #expect(figures.keys == expected.map(\.0))
            for (name, value) in expected {
                let shown = figures[name]?.numberValue?.double ?? -1
                #expect(abs(shown - value) < 1e-6, "\(name) is \(shown)")
            }
        }
    }

    @Test("the status counts questions, answers and users")
    func status() async throws {
        try await StaffedFront.run { staff in
            for id in ["a", "b", "c"] { try await staff.submit(id) }
            try await staff.submit("d", ["priority": "low"])
            try await staff.decide("a")
            try await staff.escalate("b")
            #expect(
                try await staff.get("/api/status", as: .viewer).text
                    == #"{"status":"operational","timestamp":"2026-01-15T12:00:00.000000Z","pending_decisions":2,"#
                    + #""critical_pending":1,"in_review_decisions":0,"total_users":4,"total_decisions":4,"#
                    + #""total_responses":2,"total_decisions_today":4}"#)
        }
    }

    @Test(
        "a wait for an answer ends with the answer, of whichever door", .timeLimit(.minutes(1)),
        arguments: [true, false])
    func waiting(isHere: Bool) async throws {
        try await StaffedFront.runLive { live, tokens in
            let (program, analyst) = (try #require(tokens[.service]), try #require(tokens[.analyst]))
            let body = AnalysisSample.body("a1")
            #expect(try await live.send(.POST, "/api/decisions/submit", token: program, body).status == 200)
            async let waiting = live.send(.GET, "/api/decisions/a1/response?wait=50", token: program)
            try await live.waitForListeners(1)
            if isHere {
                let answer = AnalysisSample.answer("approved")
                #expect(try await live.send(.POST, "/api/decisions/a1/decide", token: analyst, answer).status == 200)
            } else {
                try await live.fixture.openSession()
                try await live.fixture.approve("a1")
            }
            let answer = try await waiting
            #expect(answer.status == 200)
            #expect(answer.json["status"] == "approved")
            try await live.waitForListeners(0)
        }
    }

    @Test("a wait ends at once, and with a word, when the server stops", .timeLimit(.minutes(1)))
    func waitingAtTheEnd() async throws {
        try await StaffedFront.runLive { live, tokens in
            let program = try #require(tokens[.service])
            try await live.fixture.submit("d1")
            async let waiting = live.send(.GET, "/api/decisions/d1/response?wait=50", token: program)
            try await live.waitForListeners(1)
            await live.shutDown()
            let answer = try await waiting
            #expect(answer.status == 404)
            #expect(answer.json["detail"] == "Decision response not found")
        }
    }

    @Test(
        "a wait ends without an answer when its time is over; an answer that is there is not waited for",
        .timeLimit(.minutes(1)))
    func waitedInVain() async throws {
        try await StaffedFront.runLive { live, tokens in
            let program = try #require(tokens[.service])
            try await live.fixture.submit("d1")
            let start = ContinuousClock.now
            for id in ["d1", "unknown"] {
                let answer = try await live.send(.GET, "/api/decisions/\(id)/response?wait=1", token: program)
                #expect(answer.status == 404)
                #expect(answer.json["detail"] == "Decision response not found")
            }
            #expect(ContinuousClock.now - start >= .seconds(2))
            try await live.fixture.openSession()
            try await live.fixture.approve("d1")
            let answer = try await live.send(.GET, "/api/decisions/d1/response?wait=60", token: program)
            #expect(answer.json["status"] == "approved")
            for wait in ["-1", "x"] {
                let path = "/api/decisions/d1/response?wait=\(wait)"
                #expect(try await live.send(.GET, path, token: program).status == 422)
            }
        }
    }
}
