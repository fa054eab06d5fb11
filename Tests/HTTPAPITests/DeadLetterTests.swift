import EventLog
import GRDB
import HTTPTypes
import Ledger
import Projections
import Testing
import VerdictTesting

/// Events that a projection could not take: listed, tried again, set aside.
@Suite("Dead letters over HTTP", .timeLimit(.minutes(1)))
struct DeadLetterTests {
    private static let base = "/api/v1/admin/projections/dead-letters"

    /// Appends an answer to a question that nobody has asked, which no projection of decisions can take.
    @discardableResult
    private func appendOdd(_ fixture: LedgerFixture, _ id: String = "ghost") async throws -> Position {
        let now = fixture.time.now()
        let data = #"{"decision_id":"\#(id)","error":"none"}"#
        let recorded = try fixture.ledger.log.append([
            StreamAppend(
                StreamName(category: "decision", id: id), expecting: .any,
                [
                    NewEvent(
                        id: EventID(at: now, random: .random(in: .min ... .max)), type: "decision.execution_failed.v1",
                        recordedAt: now, actor: "system:test", data: Array(data.utf8))
                ])
        ])
        // The writer takes in what others have appended before it decides.
        try await fixture.submit("after-\(id)")
        _ = try await fixture.ledger.audit.read { _ in }
        return try #require(recorded.first).position
    }

    private func letters(_ staff: StaffedFront) async throws -> [JSON] {
        try await staff.get(Self.base)["dead_letters"]?.arrayValue ?? []
    }

    @Test("an event that nobody can take is listed with the reason, and named by /readyz, which stays ready")
    func listed() async throws {
        let description = try await APIDescription.open.value
        try await StaffedFront.run { staff in
            let position = try await appendOdd(staff.fixture)
            let answer = try await staff.get(Self.base)
            expectDescribed(answer, .get, Self.base, by: description)
            #expect(answer["open"] == 1)
            let letter = try #require(answer["dead_letters"]?.arrayValue?.first)
            #expect(letter["model"] == "views")
            #expect(letter["projection"] == "decisions")
            #expect(letter["position"] == .number(JSONNumber(position)))
            #expect(letter["reason"] == "there is no decision ghost")
            #expect(letter["type"] == "decision.execution_failed.v1")
            #expect(letter["subject"] == "decision/ghost")
            #expect(letter["skip"] == .null)
            let ready = try await staff.get("/readyz")
            #expect(ready.status == .ok)
            #expect(ready["projections"]?.arrayValue?.first?["dead_letters"] == ["decisions": 1])
            expectDescribed(ready, .get, "/readyz", by: description)
            #expect(try await staff.get("/metrics").text.contains("verdict_dead_letters 1.0"))
        }
    }

    @Test("one that was set aside is recorded in the log, open no more, and stays so after a rebuild")
    func skip() async throws {
        let description = try await APIDescription.open.value
        try await StaffedFront.run { staff in
            let position = try await appendOdd(staff.fixture)
            let path = "\(Self.base)/\(position)/skip"
            #expect(try await staff.post(path, "{}").status.code == 422)
            #expect(try await staff.post(path, #"{"reason":"x"}"#, as: .analyst).status.code == 403)
            let answer = try await staff.post(path, #"{"reason":"a test of the pipeline"}"#)
            #expect(answer.status == .ok, "\(answer.text)")
            expectDescribed(answer, .post, path, by: description)
            #expect(answer["projections"] == ["decisions"])
            let last = try #require(try staff.fixture.ledger.log.read(from: position, limit: 100).last)
            #expect(last.type == "projection.letter-skipped.v1")
            #expect(last.actor == "user:\(Caller.admin.username)")
            func expectSkipped() async throws {
                let letter = try #require(try await letters(staff).first)
                #expect(letter["skip"]?["position"] == .number(JSONNumber(last.position)))
                #expect(letter["skip"]?["reason"] == "a test of the pipeline")
                #expect(try await staff.get(Self.base)["open"] == 0)
                #expect(try await staff.get("/readyz")["projections"] == nil)
            }
            try await expectSkipped()
            #expect(try await staff.post(path, #"{"reason":"again"}"#).status == .notFound)
            try staff.fixture.ledger.views.rebuild(from: staff.fixture.ledger.log, time: staff.time)
            try await expectSkipped()
            let event = try await staff.get("/api/v1/audit/events?event_type=dead_letter_skipped")
            #expect(event["entries"]?.arrayValue?.count == 1 || event.text.contains("a test of the pipeline"))
        }
    }

    @Test("trying again says why it still cannot be taken, and changes nothing")
    func inVain() async throws {
        try await StaffedFront.run { staff in
            let position = try await appendOdd(staff.fixture)
            let answer = try await staff.post("\(Self.base)/\(position)/retry")
            #expect(answer.status == .conflict)
            #expect(
                answer["detail"]
                    == .string("The event \(position) can still not be taken: decisions: there is no decision ghost"))
            #expect(try await letters(staff).count == 1)
            #expect(try await staff.post("\(Self.base)/\(position + 1)/retry").status == .notFound)
        }
    }

    @Test(
        "what could not be taken because of damage is taken once that is mended, unless later events were taken since")
    func mended() async throws {
        let description = try await APIDescription.open.value
        try await StaffedFront.run { staff in
            let fixture = staff.fixture
            try await fixture.openSession()
            let views = try DatabaseQueue(path: fixture.directory.file("views.db"))
            for id in ["lost", "overtaken"] { try await fixture.submit(id) }
            _ = try await fixture.ledger.views.read { try $0.position() }
            try await views.write { database in
                try database.execute(
                    sql: """
                        CREATE TABLE kept AS SELECT * FROM decisions WHERE decision_id IN ('lost', 'overtaken');
                        DELETE FROM decisions WHERE decision_id IN ('lost', 'overtaken');
                        """)
            }
            for id in ["lost", "overtaken"] {
                try await fixture.ledger.execute(.cancel(decisionID: id, reason: "no more"))
            }
            let positions = try await letters(staff).compactMap { $0["position"]?.numberValue?.int }
            #expect(positions.count == 2)
            try await views.write { database in
                try database.execute(sql: "INSERT INTO decisions SELECT * FROM kept; DROP TABLE kept")
            }
            let path = "\(Self.base)/\(positions.first ?? 0)/retry"
            let answer = try await staff.post(path)
            #expect(answer.status == .ok, "\(answer.text)")
            expectDescribed(answer, .post, path, by: description)
            #expect(answer["taken_by"] == ["decisions"])
            #expect(try await staff.get("\(FrontFixture.base)/decision/lost/status").text.contains("cancelled"))
            #expect(try await letters(staff).count == 1)

            // A later event of the other one is taken before its turn comes.
            try await appendOdd(fixture, "overtaken")
            let late = try await staff.post("\(Self.base)/\(positions.last ?? 0)/retry")
            #expect(late.status == .conflict)
            #expect(late["detail"]?.stringValue?.contains("of the same stream was taken since. A rebuild") == true)
            // A rebuild gives it to them in its place.
            try fixture.ledger.views.rebuild(from: fixture.ledger.log, time: staff.time)
            #expect(try await letters(staff).isEmpty)
        }
    }
}
