import EventLog
import Governance
import HTTPTypes
import Ledger
import Testing
import VerdictTesting

@testable import HTTPAPI

/// Whoever looks back sees what was to be seen then.
@Suite("As of a moment of the past")
struct AsOfTests {
    /// An answer that was given, and where to look back to it.
    private struct Sight {
        let path: String
        let answer: Answer
        let moment: String
    }

    private static let reads =
        (1...6).flatMap { number in
            let id = "d\(number)"
            return [
                "/api/v1/governance/decision/\(id)", "/api/v1/governance/decision/\(id)/status",
                "/api/v1/governance/decisions/\(id)", "/governance/decisions/\(id)", "/api/decisions/\(id)",
                "/api/decisions/\(id)/response", "/api/v1/governance/escalations?decision_id=\(id)",
            ]
        } + [
            "/api/v1/governance/pending", "/api/v1/governance/pending?limit=1", "/api/v1/governance/decisions",
            "/api/v1/governance/decisions?status=approved&risk_level=high", "/governance/decisions?limit=2&offset=1",
            "/api/v1/governance/escalations", "/api/v1/governance/session/alice@host/stats",
            "/api/v1/governance/session/\(Caller.analyst.username)/stats", "/api/v1/governance/session/nobody/stats",
            "/api/decisions/pending", "/api/decisions/pending?priority=high", "/api/decisions/stats/summary",
        ]

    private static let seed = UInt64.random(in: 0...999_999)

    @Test(
        "every read answers with the bytes that it had then, by position and by time, in any order", arguments: [seed])
    func looksBack(seed: UInt64) async throws {
        try await StaffedFront.run(identity: { $0.accessTokenLife = .hours(24) }) { staff in
            var random = SeededRandom(seed: seed)
            try await staff.fixture.openSession()
            var sights: [Sight] = []
            for _ in 1...60 {
                staff.time.advance(by: .seconds(Int.random(in: 1...240, using: &random)))
                try await staff.fixture.ledger.passTime()
                if Bool.random(using: &random) { await Self.act(staff, &random) }
                for path in Self.reads.shuffled(using: &random).prefix(6) {
                    sights.append(
                        Sight(
                            path: path, answer: try await staff.request(.get, path, as: .analyst),
                            moment: try Self.moment(staff, &random)))
                }
            }
            for sight in sights.shuffled(using: &random) {
                let mark = sight.path.contains("?") ? "&" : "?"
                let answer = try await staff.request(.get, sight.path + mark + "asOf=" + sight.moment, as: .analyst)
                #expect(answer.status == sight.answer.status, "\(sight.path) as of \(sight.moment), seed \(seed)")
                #expect(answer.text == sight.answer.text, "\(sight.path) as of \(sight.moment), seed \(seed)")
                #expect((answer.headers[.verdictAsOf] != nil) == (answer.status == .ok))
            }
        }
    }

    /// This moment: its position, where the clock stands still since the last event, or the time.
    private static func moment(_ staff: StaffedFront, _ random: inout SeededRandom) throws -> String {
        let log = staff.fixture.ledger.log
        let last = try log.lastPosition
        let event = try log.read(from: last, limit: 1).first
        return event?.recordedAt == staff.time.now() && Bool.random(using: &random)
            ? String(last) : staff.time.now().rfc3339
    }

    /// Somebody asks, or somebody answers; what is refused leaves no trace.
    private static func act(_ staff: StaffedFront, _ random: inout SeededRandom) async {
        let id = "d\(Int.random(in: 1...6, using: &random))"
        let fixture = staff.fixture
        switch Int.random(in: 0...6, using: &random) {
        case 0...2: _ = try? await fixture.submit(id, risk: RiskLevel.allCases.randomElement(using: &random) ?? .low)
        case 3: _ = try? await fixture.approve(id, comment: "yes")
        case 4: _ = try? await fixture.reject(id, reason: "no")
        case 5: _ = try? await staff.decide(id)
        default: _ = try? await staff.escalate(id)
        }
    }

    @Test(
        "a moment that is none, or has not come, is refused with what would be right",
        arguments: [
            ("yesterday", "a position such as 1200 or a time such as 2026-01-31T09:00:00Z is wanted"),
            ("", "a position such as"), ("-1", "a position such as"), ("99999999999999999999", "a position such as"),
            ("2026-13-01T00:00:00Z", "a position such as"), ("5", "the log ends at position 4"),
            ("2026-01-15T12:00:01Z", "that time has not come: it is 2026-01-15T12:00:00"),
        ])
    func refused(_ moment: String, _ sentence: String) async throws {
        let front = try FrontFixture()
        try await front.fixture.openSession()
        for id in ["d1", "d2", "d3"] { try await front.fixture.submit(id) }
        for path in ["/decision/d1", "/pending", "/decisions", "/session/alice@host/stats"] {
            let answer = try await front.get("\(path)?asOf=\(moment)")
            #expect(answer.status == .unprocessableContent)
            #expect(answer.text.contains(sentence), "\(answer.text)")
            #expect(answer.text.contains(#"["query","asOf"]"#))
        }
    }

    @Test("before the first event there is nothing")
    func dawn() async throws {
        let front = try FrontFixture()
        try await front.furnish()
        let queue = try await front.get("/pending?asOf=0")
        #expect(queue["total_pending"] == 0)
        #expect(queue.headers[.verdictAsOf] == "0")
        #expect(try await front.get("/pending?asOf=2020-01-01T00:00:00Z").headers[.verdictAsOf] == "0")
        #expect(try await front.get("/decision/d1?asOf=1").status == .notFound)
        #expect(try await front.get("/decision/d1?asOf=2")["status"] == "pending")
    }
}
