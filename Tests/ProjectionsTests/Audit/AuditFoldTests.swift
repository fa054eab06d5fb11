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

    @Test(
        "times find their places, whenever the clock was set back and whatever was taken late",
        arguments: [51, 52] as [UInt64])
    func placesOfTimes(seed: UInt64) throws {
        let fixture = try AuditFixture(seed: seed, decisions: 400)
        let events = try fixture.log.read(from: 1, limit: .max)
        let lastOfStream = Dictionary(events.map { ($0.stream, $0) }) { $1 }
        var random = SeededRandom(seed: seed)
        let lost = events.filter { lastOfStream[$0.stream]?.position == $0.position && random.chance(70) }
            .map(\.position)
        try fixture.lose(lost)
        var taken = 0
        for position in lost.shuffled(using: &random) {
            let retry = try fixture.views.retryDeadLetters(at: position, from: fixture.log)
            if retry == .tried(taken: ["audit"], left: []) { taken += 1 }
        }
        #expect(taken > 20)
        let rows = try fixture.read { reader in
            try Row.fetchAll(reader.database, sql: "SELECT place, recorded_at, late_by FROM entries ORDER BY place")
                .map { (place: $0[0] as Int, time: $0[1] as Int64, logTime: ($0[1] as Int64) + ($0[2] as Int64)) }
        }
        #expect(rows.contains { $0.time < $0.logTime } && rows.contains { $0.time > $0.logTime })
        #expect(zip(rows, rows.dropFirst()).allSatisfy { $0.logTime <= $1.logTime })
        for row in rows {
            let moment = Timestamp(microseconds: row.time + Int64.random(in: -1...1, using: &random))
            let first = rows.first { $0.logTime >= moment.microseconds }?.place
            let last = rows.last { min($0.time, $0.logTime) <= moment.microseconds }?.place
            let found = try fixture.read { (try $0.firstPlace(since: moment), try $0.lastPlace(until: moment)) }
            try #require(found.0?.number == first && found.1?.number == last)
        }
    }
}
