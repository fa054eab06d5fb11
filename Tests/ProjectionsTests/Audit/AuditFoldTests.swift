import EventLog
import GRDB
import Governance
import Testing
import VerdictTesting

@testable import Projections

/// The audit index against a plain reading of the log.
@Suite struct AuditFoldTests {
    @Test("every event has its entries, and each says what the log says", arguments: [1, 2, 3] as [UInt64])
    func everyEntry(seed: UInt64) throws {
        let fixture = try AuditFixture(seed: seed, decisions: 400)
        let expected = try NaiveAudit(fixture.log).entries
        let rows = try fixture.pages(
            AuditQuestion(), AuditOrder(descending: false), asOf: try fixture.log.lastPosition)
        let found = rows.map { NaiveEntry($0) }
        #expect(found.count == expected.count)
        for (found, expected) in zip(found, expected) { try #require(found == expected) }
        #expect(Set(found.map { $0.place / 4 }) == Set(1...(try fixture.log.lastPosition)))
    }

    @Test("any question has the answer of a look at every entry, in any order", arguments: [11, 12] as [UInt64])
    func randomQuestions(seed: UInt64) throws {
        let fixture = try AuditFixture(seed: seed, decisions: 250)
        let entries = try NaiveAudit(fixture.log).entries
        let position = try fixture.log.lastPosition
        var random = SeededRandom(seed: seed)
        var answered = 0
        for _ in 0..<400 {
            let question = AuditQuestion.random(among: entries, using: &random)
            let order = AuditOrder.random(using: &random)
            let expected = order.sorted(entries.filter { question.matches($0) })
            let size = random.pick([1, 7, 50, 1000])
            let rows =
                expected.count > 100 && size == 1
                ? try fixture.pages(question, order, asOf: position)
                : try fixture.pages(question, order, size: size, asOf: position)
            try #require(rows.map(\.place.number) == expected.map(\.place), "\(question) \(order)")
            let offset = Int.random(in: 0...10, using: &random)
            let page = try fixture.read {
                try $0.page(question, order, limit: 5, offset: offset, asOf: position)
            }
            try #require(page.rows.map(\.place.number) == expected.dropFirst(offset).prefix(5).map(\.place))
            let count = try fixture.read { try $0.count(question, asOf: position, max: 100) }
            let isCounted = expected.count <= 100 || count.count == expected.count
            try #require(count.isExact == isCounted && count.count == (isCounted ? expected.count : 100), "\(question)")
            if !expected.isEmpty { answered += 1 }
        }
        // Questions without an answer prove little.
        #expect(answered > 150)
    }

    @Test("pages do not shift while the log grows")
    func growth() throws {
        let fixture = try AuditFixture(seed: 21, decisions: 100)
        let entries = try NaiveAudit(fixture.log).entries
        let position = try fixture.log.lastPosition
        var random = SeededRandom(seed: 22)
        for _ in 0..<20 {
            let question = AuditQuestion.random(among: entries, using: &random)
            let order = AuditOrder.random(using: &random)
            let expected = order.sorted(entries.filter { question.matches($0) })
            let rows = try fixture.pages(question, order, size: 9, asOf: position) { try fixture.grow(by: 1) }
            try #require(rows.map(\.place.number) == expected.map(\.place), "\(question) \(order)")
            #expect(try fixture.read { try $0.count(AuditQuestion(), asOf: position, max: 1) }.count == entries.count)
        }
        #expect(try fixture.log.lastPosition > position)
    }

    @Test("an index that is thrown away is built again row by row, in batches of any size")
    func rebuilt() throws {
        let fixture = try AuditFixture(seed: 31, decisions: 50)
        for _ in 0..<5 { try fixture.grow(by: 20) }
        let before = try Self.everyRow(fixture)
        try fixture.rebuild()
        #expect(fixture.views.rebuildReason == .missing)
        #expect(try Self.everyRow(fixture) == before)
        #expect(before.count > 500)
    }

    private static func everyRow(_ fixture: AuditFixture) throws -> [String] {
        try fixture.read { reader in
            try ["actors", "sessions", "targets", "subjects", "entries", "entry_counts", "sla_counts", "checkpoint"]
                .flatMap {
                    table in
                    try Row.fetchAll(reader.database, sql: "SELECT * FROM \(table) ORDER BY 1").map { "\(table) \($0)" }
                }
        }
    }

    @Test("a decision left the queue where an answer closed it, and never was in it where nobody was asked")
    func closedPositions() throws {
        let fixture = try AuditFixture(seed: 41, decisions: 300)
        var closed: [String: Position] = [:]
        var submitted: [String: Position] = [:]
        for event in try fixture.log.read(from: 1, limit: .max) {
            guard case .decision(let decision)? = CommittedEvent(event).governance else { continue }
            let id = decision.decisionID
            switch decision {
            case .submitted(let submission) where submitted[id] == nil:
                submitted[id] = event.position
                if submission.automationLevel == .full { closed[id] = event.position }
            case .approved, .rejected, .cancelled, .executed, .executionFailed:
                if submitted[id] != nil, closed[id] == nil { closed[id] = event.position }
            case .submitted, .escalated, .slaWarned, .timedOut: break
            }
        }
        let rows = try fixture.read { reader in
            try Row.fetchAll(
                reader.database, sql: "SELECT decision_id, submitted_position, closed_position FROM subjects")
        }
        #expect(rows.count == submitted.count)
        for row in rows {
            let id: String = row[0]
            #expect(submitted[id] == row[1])
            #expect(closed[id] == row[2], "\(id)")
        }
    }
}
