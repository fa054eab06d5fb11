import EventLog
import GRDB
import Governance
import Testing
import VerdictTesting

@testable import Projections

/// What an auditor asks most is found by an index, whatever the log has.
@Suite struct AuditPlanTests {
    private static func question(_ change: (inout AuditQuestion) -> Void) -> AuditQuestion {
        var question = AuditQuestion()
        change(&question)
        return question
    }

    private static let lastWeek = Timestamp(microseconds: 1_768_600_000_000_000)

    static let questions: [(name: String, question: AuditQuestion, index: String)] = [
        (
            "one operator, last week",
            question {
                $0.actorIDs = ["alice@host"]
                $0.from = lastWeek
            }, "entries_of_actor (actor=? AND rowid>? AND rowid<?)"
        ),
        ("one target", question { $0.targets = ["192.0.2.1"] }, "entries_of_target (target=? AND rowid>? AND rowid<?)"),
        ("one session", question { $0.sessionIDs = ["session-1"] }, "entries_of_session (session=?"),
        (
            "overridden advice", question { $0.tags = [.humanOverride] },
            "entries_of_rare_type (event_type=? AND rowid>? AND rowid<?)"
        ),
        ("missed deadlines", question { $0.tags = [.slaViolation] }, "entries_that_missed (sla=?"),
        (
            "who approved this decision",
            question {
                $0.decisionIDs = ["d1"]
                $0.eventTypes = [.decisionApproved]
            }, "entries_of_subject (subject=? AND rowid>? AND rowid<?)"
        ),
    ]

    @Test("no question looks through the log", arguments: questions.map(\.name))
    func plans(name: String) throws {
        let fixture = try AuditFixture(seed: 5, decisions: 60)
        let (_, question, index) = try #require(Self.questions.first { $0.name == name })
        let plan = try fixture.read { reader -> [String] in
            let scope = try #require(try reader.scope(of: question, asOf: try reader.position()))
            let select = scope.select(more: [], places: scope.places, isDescending: true, limit: 100)
            return try Row.fetchAll(
                reader.database, sql: "EXPLAIN QUERY PLAN \(select.sql)",
                arguments: StatementArguments(select.arguments)
            ).map { $0["detail"] }
        }
        #expect(plan.contains { $0.contains(index) }, "\(plan)")
        #expect(!plan.contains { $0.hasPrefix("SCAN") || $0.contains("TEMP B-TREE") }, "\(plan)")
    }

    @Test("the deadlines of a month are counted in an index alone")
    func months() throws {
        let fixture = try AuditFixture(seed: 6, decisions: 60)
        let plan = try fixture.read { reader in
            try Row.fetchAll(
                reader.database,
                sql: """
                    EXPLAIN QUERY PLAN SELECT e.sla_month, e.risk_level, e.sla, count(*)
                    FROM entries e INDEXED BY entries_of_sla
                    WHERE e.sla IS NOT NULL AND e.sla_month = 24312 AND e.place BETWEEN 0 AND 99999
                    GROUP BY e.sla_month, e.risk_level, e.sla
                    """
            ).map { $0["detail"] as String }
        }
        #expect(plan.contains { $0.contains("COVERING INDEX entries_of_sla (sla_month=?)") }, "\(plan)")
        #expect(!plan.contains { $0.contains("TEMP B-TREE") }, "\(plan)")
    }

    @Test("months are those of a look at every entry, whatever part of them is asked for, and while the log grows")
    func everyMonth() throws {
        let fixture = try AuditFixture(seed: 8, decisions: 300)
        let entries = try NaiveAudit(fixture.log).entries
        let position = try fixture.log.lastPosition
        try fixture.grow(by: 60)
        var random = SeededRandom(seed: 8)
        for _ in 0..<100 {
            let times = [random.pick(entries), random.pick(entries)].map(\.recordedAt).sorted()
            let (from, until) = (random.chance(70) ? times[0] : nil, random.chance(70) ? times[1] : nil)
            var expected: [String: Int] = [:]
            for entry in entries where entry.recordedAt >= from ?? .min && entry.recordedAt <= until ?? .max {
                guard let sla = entry.sla, let risk = entry.risk else { continue }
                let month = Timestamp(microseconds: entry.recordedAt).rfc3339.prefix(7)
                expected["\(month) \(risk) \(sla)", default: 0] += 1
            }
            var found: [String: Int] = [:]
            let months = try fixture.read {
                try $0.slaMonths(
                    from: from.map { Timestamp(microseconds: $0) }, until: until.map { Timestamp(microseconds: $0) },
                    asOf: position)
            }
            for month in months {
                if month.met > 0 { found["\(month.month.text) \(month.riskLevel.rawValue) met"] = month.met }
                if month.missed > 0 { found["\(month.month.text) \(month.riskLevel.rawValue) missed"] = month.missed }
            }
            try #require(found == expected)
        }
    }

    @Test("in the order of decisions no page sorts the log")
    func byDecision() throws {
        let fixture = try AuditFixture(seed: 7, decisions: 60)
        let plan = try fixture.read { reader -> [String] in
            let scope = try #require(try reader.scope(of: AuditQuestion(), asOf: try reader.position()))
            let select = reader.selectByDecision(AuditOrder(by: .decisionID), in: scope, after: nil, limit: 100)
            return try Row.fetchAll(reader.database, sql: "EXPLAIN QUERY PLAN \(select.sql)").map { $0["detail"] }
        }
        #expect(!plan.contains { $0.contains("TEMP B-TREE") }, "\(plan)")
    }
}
