import EventLog
import Governance
import HTTPTypes
import Ledger
import Testing
import VerdictTesting

/// `GET /api/v1/audit/report` (governance-api 9).
@Suite("The compliance report")
struct AuditReportTests {
    /// A morning with two operators: everything in it was counted by hand.
    private static func morning() async throws -> FrontFixture {
        let front = try FrontFixture {
            _ in
        } ledger: {
            $0.executors["send_alert"] = { _ in [:] }
        }
        let (fixture, time) = (front.fixture, front.fixture.time)
        try await fixture.openSession("alice@host", id: "session-1")
        try await fixture.openSession("bob@host", id: "session-2")
        try await fixture.submit("c1", risk: .critical)
        try await fixture.submit("h1", risk: .high)
        try await fixture.submit("h2", risk: .high)
        try await fixture.submit("l1", risk: .low)
        try await fixture.submit("l2", risk: .low, automation: .full)
        time.advance(by: .seconds(2))
        try await fixture.approve("c1", in: "session-1")
        time.advance(by: .seconds(58))
        try await fixture.reject("h1", in: "session-1")
        try await fixture.escalate("h2", in: "session-2")
        time.advance(by: .seconds(60))
        try await fixture.approve("h2", in: "session-1")
        // The deadline of l1 passes after 30 minutes, and bob answers in February.
        time.move(to: Timestamp(rfc3339: "2026-02-01T00:00:00Z") ?? time.now())
        try await fixture.ledger.passTime()
        try await fixture.openSession("bob@host", id: "session-3")
        try await fixture.approve("l1", in: "session-3")
        return front
    }

    @Test("the contract's figures, and the times, deadlines and shares of a morning")
    func figures() async throws {
        let front = try await Self.morning()
        let report = try await front.request(.get, "/api/v1/audit/report").json
        #expect(report["report_type"] == "hitl_compliance")
        #expect(report["period"] == ["start": "2026-01-15T12:00:00.000000Z", "end": "2026-02-01T00:00:00.000000Z"])
        #expect(report["generated_at"] == "2026-02-01T00:00:00.000000Z")
        #expect(
            report["summary"] == [
                "total_decisions": 5, "auto_executed": 1, "human_reviewed": 4, "approved": 3, "rejected": 1,
                "escalated": 2, "sla_violations": 1,
            ])
        #expect(report["risk_breakdown"] == ["critical": 1, "high": 2, "medium": 0, "low": 2])
        // 2 s, 60 s, 120 s, and from noon of the 15th to the end of the 31st.
        let late = 16.5 * 86_400
        #expect(
            report["operator_stats"] == [
                "unique_operators": 2, "average_review_time_seconds": .number(JSONNumber((182 + late) / 4)),
            ])
        #expect(
            report["compliance_metrics"] == [
                "automation_rate": 0.2, "human_oversight_rate": 0.8, "sla_compliance_rate": 0.8,
            ])
        let all = report.at("time_to_decision.all")
        #expect(all?["count"] == 4)
        #expect(all?["p50_seconds"] == 60.0)
        #expect(all?["p95_seconds"] == .number(JSONNumber(late)))
        #expect(report.at("time_to_decision.by_risk.high.max_seconds") == 120.0)
        #expect(report.at("time_to_decision.by_risk.medium.count") == 0)
        let operators = try #require(report["operators"]?.arrayValue)
        #expect(operators.map { $0.text("operator_id") } == ["alice@host", "bob@host"])
        #expect(operators.map { $0["approved"] } == [2, 1])
        #expect(operators.map { $0["rejected"] } == [1, 0])
        #expect(operators.map { $0["escalated"] } == [0, 1])
        #expect(operators.map { $0["approved_share"] } == [.number(JSONNumber(2.0 / 3)), 1.0])
        #expect(operators.map { $0["hasty"] } == [1, 0])
        #expect(report.at("sla.met") == 3)
        #expect(report.at("sla.missed") == 1)
        #expect(report.at("sla.by_risk.low") == ["met": 0, "missed": 1])
        #expect(
            report.at("sla.by_month") == [
                ["month": "2026-01", "risk_level": "critical", "met": 1, "missed": 0],
                ["month": "2026-01", "risk_level": "high", "met": 2, "missed": 0],
                ["month": "2026-02", "risk_level": "low", "met": 0, "missed": 1],
            ])
        #expect(
            report["escalations"] == [
                "by_operators": 1, "by_the_clock": 1, "decisions": 2, "outcomes": ["approved": 2],
            ])
        #expect(report.at("hasty_decisions.count") == 1)
        #expect(report.at("hasty_decisions.named")?.arrayValue?.map { $0.text("decision_id") } == ["c1"])
        #expect(report.at("without_a_human.count") == 1)
        let why = report.at("without_a_human.named")?.arrayValue?.first?.text("why")
        #expect(
            why
                == "automation level full, which asks nobody at low risk; test proposed block_ip with a confidence of 0.9"
        )
        #expect(report.at("metadata.entries.decision_queued") == nil)
        #expect(report.at("metadata.entries.decision_created") == 5)
    }

    @Test("hasty is what the caller says")
    func hasty() async throws {
        let front = try await Self.morning()
        for (seconds, count) in [(0, 0), (2, 0), (3, 1), (61, 2), (121, 3)] {
            let report = try await front.request(.get, "/api/v1/audit/report?hasty_seconds=\(seconds)")
            #expect(report.json.at("hasty_decisions.count")?.numberValue?.int == count)
        }
        #expect(try await front.request(.get, "/api/v1/audit/report?hasty_seconds=x").status == .unprocessableContent)
    }

    private static let forms = ["json", "csv", "html"]

    @Test("a period that is over has the same report for ever, to the byte", arguments: ["json", "csv", "html"])
    func sameBytes(_ form: String) async throws {
        let front = try await Self.morning()
        let period = "start_time=2026-01-15T00:00:00Z&end_time=2026-01-31T00:00:00Z"
        let path = "/api/v1/audit/report?\(period)&format=\(form)"
        let before = try await front.request(.get, path)
        #expect(before.status == .ok)
        front.fixture.time.advance(by: .hours(24))
        try await front.fixture.openSession("carol@host", id: "session-9")
        try await front.fixture.submit("later")
        try await front.fixture.approve("later", in: "session-9")
        #expect(try await front.request(.get, path).bytes == before.bytes)
        let other = try await front.request(.get, "/api/v1/audit/report?\(period)&format=\(form)&hasty_seconds=9")
        #expect(other.bytes != before.bytes)
        #expect(try await front.request(.get, "/api/v1/audit/report?format=\(form)").bytes != before.bytes)
    }

    @Test("the figures of a random history are those of a look at every entry")
    func random() async throws {
        try await AuditFront.run(seed: 9, decisions: 300) { audit in
            let all = try await audit.allEntries("sort_order=asc")
            let periods: [(String?, String?)] = [
                (nil, nil), ("2026-01-20T00:00:00.000000Z", nil), (nil, "2026-02-01T00:00:00.000000Z"),
                ("2026-01-25T00:00:00.000000Z", "2026-02-10T00:00:00.000000Z"),
            ]
            for (start, end) in periods {
                let entries = all.filter { entry in
                    let time = entry.text("timestamp") ?? ""
                    return time >= start ?? "" && time <= end ?? "9"
                }
                let query = [start.map { "start_time=\($0)" }, end.map { "end_time=\($0)" }].compactMap(\.self)
                let report = try await audit.get("/report?\(query.joined(separator: "&"))").json
                Self.compare(report, entries, all)
            }
        }
    }

    private static func compare(_ report: JSON, _ entries: [JSON], _ all: [JSON]) {
        func count(_ type: String) -> Int { entries.count { $0.text("event_type") == type } }
        let created = entries.filter { $0.text("event_type") == "decision_created" }
        let full = created.count { $0.text("decision_snapshot.automation_level") == "full" }
        #expect(report.at("summary.total_decisions")?.numberValue?.int == created.count)
        #expect(report.at("summary.auto_executed")?.numberValue?.int == full)
        #expect(report.at("summary.approved")?.numberValue?.int == count("decision_approved"))
        #expect(report.at("summary.rejected")?.numberValue?.int == count("decision_rejected"))
        #expect(report.at("summary.escalated")?.numberValue?.int == count("decision_escalated"))
        #expect(
            report.at("summary.sla_violations")?.numberValue?.int == entries.count { $0.text("sla") == "missed" })
        #expect(report.at("sla.met")?.numberValue?.int == entries.count { $0.text("sla") == "met" })
        let answers = entries.filter { ["decision_approved", "decision_rejected"].contains($0.text("event_type")) }
        let waits = answers.compactMap { $0["waited_seconds"]?.numberValue?.double }.sorted()
        #expect(report.at("time_to_decision.all.max_seconds")?.numberValue?.double == waits.last)
        let rank = Int((0.95 * Double(waits.count)).rounded(.up))
        #expect(report.at("time_to_decision.all.p95_seconds")?.numberValue?.double == waits[rank - 1])
        #expect(report.at("hasty_decisions.count")?.numberValue?.int == waits.count { $0 < 5 })
        let operators = Set(answers.compactMap { $0.text("operator_id") })
        #expect(report.at("operator_stats.unique_operators")?.numberValue?.int == operators.count)
        for figure in report["operators"]?.arrayValue ?? [] {
            let mine = entries.filter { $0.text("operator_id") == figure.text("operator_id") }
            for (name, type) in [("approved", "decision_approved"), ("escalated", "decision_escalated")] {
                #expect(figure[name]?.numberValue?.int == mine.count { $0.text("event_type") == type })
            }
        }
        // Where the escalated ones stood at the end of the period.
        let position = report.at("metadata.position")?.numberValue?.int ?? 0
        #expect(position == entries.compactMap { $0["position"]?.numberValue?.int }.max())
        let escalated = Set(
            entries.filter { $0.text("event_type") == "decision_escalated" }.compactMap { $0.text("decision_id") })
        var outcomes: [String: Int] = [:]
        for id in escalated {
            let last = all.last {
                $0.text("decision_id") == id && ($0["position"]?.numberValue?.int ?? 0) <= position
            }
            outcomes[last?.text("status") ?? "", default: 0] += 1
        }
        for (status, count) in outcomes {
            #expect(report.at("escalations.outcomes.\(status)")?.numberValue?.int == count, "\(status)")
        }
    }

    @Test("a period in which nothing happened, and a log without events, have zeros")
    func nothing() async throws {
        let front = try await Self.morning()
        let report = try await front.request(
            .get, "/api/v1/audit/report?start_time=2027-01-01T00:00:00Z&end_time=2027-02-01T00:00:00Z"
        ).json
        #expect(report.at("summary.total_decisions") == 0)
        #expect(report.at("compliance_metrics.sla_compliance_rate") == 0.0)
        #expect(report.at("metadata.position")?.numberValue?.int == (try front.fixture.ledger.log.lastPosition))
        let empty = try FrontFixture()
        for form in Self.forms {
            #expect(try await empty.request(.get, "/api/v1/audit/report?format=\(form)").status == .ok)
        }
    }

    @Test("CSV and HTML are well formed, and nothing in them is taken for more than text")
    func forms() async throws {
        let front = try FrontFixture()
        try await front.fixture.openSession("=1+<b>alice</b>")
        try await front.fixture.submit("d1")
        try await front.fixture.approve("d1")
        let rows = try CSVReader.rows(
            try await front.request(.get, "/api/v1/audit/report", headers: [.accept: "text/csv"]).bytes)
        #expect(rows.allSatisfy { $0.count == 4 })
        #expect(rows.contains(["Summary", "4", "value", "1"]))
        #expect(rows.contains { $0.last == "'=1+<b>alice</b>" })
        let page = try await front.request(.get, "/api/v1/audit/report", headers: [.accept: "text/html"])
        #expect(page.headers[.contentType] == "text/html; charset=utf-8")
        #expect(page.text.contains("=1+&lt;b&gt;alice&lt;/b&gt;"))
        #expect(!page.text.contains("<b>alice"))
        #expect(!page.text.contains("http"))
        #expect(!page.text.contains("<script"))
        let policy = page.headers[HTTPField.Name("Content-Security-Policy")!]
        #expect(policy?.hasPrefix("default-src 'none'; style-src 'sha256-") == true)
    }

    @Test("deadlines by month are those of the report")
    func months() async throws {
        let front = try await Self.morning()
        let months = try await front.request(.get, "/api/v1/audit/sla").json
        let report = try await front.request(.get, "/api/v1/audit/report").json
        #expect(months["months"] == report.at("sla.by_month"))
        #expect(months["met"] == 3)
        let january = try await front.request(.get, "/api/v1/audit/sla?end_time=2026-01-31T23:59:59Z").json
        #expect(january["missed"] == 0)
        let february = try await front.request(.get, "/api/v1/audit/sla?start_time=2026-02-01T00:00:00Z").json
        #expect(february["met"] == 0)
        #expect(february["missed"] == 1)
    }
}
