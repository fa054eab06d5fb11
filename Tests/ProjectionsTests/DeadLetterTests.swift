import EventLog
import GRDB
import Governance
import Projections
import Testing
import VerdictTesting

@Suite struct DeadLetterTests {
    private func deadLetters(_ fixture: ViewsFixture) throws -> [String] {
        let queue = try DatabaseQueue(path: fixture.directory.file("views.db"))
        return try queue.read { database in
            try Row.fetchAll(database, sql: "SELECT * FROM dead_letters ORDER BY position, projection").map { row in
                "\(row[0] as String) \(row[1] as Int): \(row[2] as String)"
            }
        }
    }

    @Test(
        "an event that cannot be decoded is listed, and stops no other",
        arguments: ["{}", "[]", "no JSON", #"{"decision_id":17}"#, ""])
    func undecodable(payload: String) throws {
        let fixture = try ViewsFixture()
        try fixture.open()
        try fixture.submit("before")
        fixture.stageRaw("decision.approved.v1", payload, stream: "decision/other")
        try fixture.submit("after")
        try fixture.decide(.approve(fixture.action()), on: "before")
        try fixture.commit()
        #expect(fixture.views.position == 5)
        #expect(try fixture.views.readNow { try $0.deadLetterCount() } == 1)
        #expect(try deadLetters(fixture).first?.hasPrefix("decoder 3: ") == true)
        #expect(try fixture.views.readNow { try $0.decision("before")?.status } == .approved)
        #expect(try fixture.views.readNow { try $0.decision("after")?.status } == .pending)
        let statistics = try fixture.views.readNow { try $0.operatorStatistics("alice@host", at: fixture.now) }
        #expect(statistics.approved == 1)
    }

    @Test("an event about something that nobody made is a dead letter of the projections that miss it")
    func missingRows() throws {
        let fixture = try ViewsFixture()
        let verdict = """
            {"decision_id":"ghost","operator_id":"ghost@host","session_id":"ghost","comment":"",\
            "decision_created_at":"2026-01-15T12:00:00Z"}
            """
        fixture.stageRaw("decision.approved.v1", verdict, stream: "decision/ghost")
        fixture.stageRaw(
            "session.closed.v1", #"{"session_id":"ghost","operator_id":"ghost@host","reason":"ended"}"#,
            stream: "session/ghost")
        try fixture.submit("after")
        try fixture.commit()
        #expect(
            try deadLetters(fixture) == [
                "decisions 1: there is no decision ghost", "operators 1: there is no operator ghost@host",
                "operators 2: there is no session ghost",
            ])
        #expect(try fixture.views.readNow { try $0.decision("after") } != nil)
    }

    @Test("what one projection cannot take, the others do")
    func oneProjectionFails() throws {
        let fixture = try ViewsFixture()
        try fixture.open()
        let verdict = """
            {"decision_id":"ghost","operator_id":"alice@host","session_id":"s1","comment":"",\
            "decision_created_at":"2026-01-15T12:00:00Z"}
            """
        fixture.stageRaw("decision.approved.v1", verdict, stream: "decision/ghost")
        try fixture.commit()
        #expect(try deadLetters(fixture) == ["decisions 2: there is no decision ghost"])
        let statistics = try fixture.views.readNow { try $0.operatorStatistics("alice@host", at: fixture.now) }
        #expect(statistics.approved == 1)
    }

    @Test("a second submission under an id is a dead letter, and the first one stands")
    func duplicateSubmission() throws {
        let fixture = try ViewsFixture()
        try fixture.submit("d1", risk: .critical)
        let first = try fixture.commit()
        let payload = String(decoding: try #require(first.first).data, as: UTF8.self)
        fixture.stageRaw(
            "decision.submitted.v1", payload.replacing(#""critical""#, with: #""low""#), stream: "decision/d1")
        try fixture.commit()
        #expect(try deadLetters(fixture).count == 1)
        #expect(try deadLetters(fixture).first?.hasPrefix("decisions 2: ") == true)
        #expect(try fixture.views.readNow { try $0.decision("d1")?.riskLevel } == .critical)
    }

    @Test("an event of a domain that nobody knows is no dead letter")
    func unknownDomain() throws {
        let fixture = try ViewsFixture()
        fixture.stageRaw("weather.changed.v1", #"{"to":"rain"}"#, stream: "weather/here")
        try fixture.commit()
        #expect(fixture.views.position == 1)
        #expect(try fixture.views.readNow { try $0.deadLetterCount() } == 0)
    }

    @Test("dead letters are the same after the views were built again")
    func rebuilt() throws {
        let fixture = try ViewsFixture()
        try fixture.makeHistory(decisions: 30, seed: 40)
        fixture.stageRaw("decision.approved.v1", "{}", stream: "decision/other")
        try fixture.commit()
        let before = try (fixture.answers(), deadLetters(fixture))
        try fixture.reopen { path in
            let queue = try DatabaseQueue(path: path)
            try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA user_version = 1") }
            try queue.close()
        }
        #expect(try fixture.answers() == before.0)
        #expect(try deadLetters(fixture) == before.1)
    }
}
