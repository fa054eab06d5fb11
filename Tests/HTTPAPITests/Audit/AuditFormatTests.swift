import EventLog
import HTTPTypes
import Testing
import VerdictTesting

/// The forms of the entries: JSON, NDJSON and CSV.
@Suite("The forms of the audit")
struct AuditFormatTests {
    static let accepts: [(accept: String?, type: String?)] = [
        (nil, "application/json"), ("*/*", "application/json"), ("application/json", "application/json"),
        ("application/x-ndjson", "application/x-ndjson"), ("text/csv", "text/csv"), ("TEXT/CSV", "text/csv"),
        ("text/*", "text/csv"), ("application/*", "application/json"), ("text/csv;q=0.5, */*;q=0.1", "text/csv"),
        ("text/csv;q=0.5, application/json;q=0.4", "text/csv"), ("text/csv;q=0, */*", "application/json"),
        ("text/html, application/xhtml+xml, */*;q=0.8", "application/json"),
        ("application/json;q=0, application/x-ndjson;q=0.2", "application/x-ndjson"), ("image/png", nil),
        ("text/csv;q=0", nil), ("text/html", nil), ("", "application/json"),
    ]

    @Test("Accept chooses the form", arguments: accepts)
    func negotiation(_ accept: String?, _ type: String?) async throws {
        try await AuditFront.run(decisions: 1) { audit in
            let answer = try await audit.get("/events", accept: accept)
            #expect(answer.status == (type == nil ? .notAcceptable : .ok))
            let found = answer.headers[.contentType]?.split(separator: ";").first.map(String.init)
            #expect(found == type ?? "application/json")
        }
    }

    @Test("format says more than Accept")
    func parameter() async throws {
        try await AuditFront.run(decisions: 1) { audit in
            let answer = try await audit.get("/events?format=CSV", accept: "application/json")
            #expect(answer.headers[.contentType] == "text/csv; charset=utf-8; header=present")
        }
    }

    @Test("NDJSON has every entry on a line, however many")
    func lines() async throws {
        try await AuditFront.run(decisions: 400) { audit in
            let all = try await audit.allEntries()
            #expect(all.count > 1000)
            let answer = try await audit.get("/events", accept: "application/x-ndjson")
            let lines = try answer.text.split(separator: "\n").map { try JSONParser.parse(Array($0.utf8)) }
            #expect(lines == all)
            #expect(answer.text.hasSuffix("\n"))
            let some = try await audit.get("/events?format=ndjson&limit=130&sort_order=asc&offset=3")
            #expect(some.text.split(separator: "\n").count == 130)
            #expect(
                try JSONParser.parse(Array((some.text.split(separator: "\n").last ?? "").utf8))
                    == all[all.count - 133])
            #expect(try await audit.get("/events?format=ndjson&target=nowhere").text.isEmpty)
        }
    }

    @Test("CSV has every entry on a line, and any reader of RFC 4180 reads it")
    func table() async throws {
        try await AuditFront.run(decisions: 400) { audit in
            let all = try await audit.allEntries()
            let rows = try CSVReader.rows(try await audit.get("/events", accept: "text/csv").bytes)
            let header = try #require(rows.first)
            #expect(rows.count == all.count + 1)
            #expect(rows.allSatisfy { $0.count == header.count })
            for (row, entry) in zip(rows.dropFirst(), all) {
                let cells = Dictionary(uniqueKeysWithValues: zip(header, row))
                for name in ["entry_id", "timestamp", "decision_id", "event_type", "actor_id", "session_id", "status"] {
                    try #require(cells[name] == entry.text(name) ?? "", "\(name)")
                }
                try #require(cells["context_snapshot"] == entry.at("context_snapshot")?.text)
                let snapshot = entry.at("decision_snapshot") ?? .null
                try #require(cells["decision_snapshot"] == (snapshot.isNull ? "" : snapshot.text))
                try #require(cells["position"] == entry.at("position")?.text)
                let tags = entry.at("compliance_tags")?.arrayValue?.compactMap(\.stringValue) ?? []
                try #require(cells["compliance_tags"] == tags.joined(separator: " "))
            }
        }
    }

    @Test("no cell is a formula", arguments: ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx"])
    func formulas(_ text: String) async throws {
        let front = try FrontFixture()
        try await front.fixture.openSession()
        try await front.fixture.submit("d1", target: text)
        try await front.fixture.approve("d1", comment: text)
        let answer = try await front.request(.get, "/api/v1/audit/events?format=csv")
        let rows = try CSVReader.rows(answer.bytes)
        #expect(rows.contains { $0.contains("'" + text) })
        for cell in rows.joined() {
            #expect(cell.first.map { !"=+-@\t\r\n".contains($0) } ?? true, "\(cell)")
        }
    }

    @Test("without entries CSV has its first line")
    func empty() async throws {
        let front = try FrontFixture()
        let rows = try CSVReader.rows(try await front.request(.get, "/api/v1/audit/events?format=csv").bytes)
        #expect(rows.count == 1)
        #expect(rows.first?.first == "entry_id")
        #expect(
            try await front.request(.get, "/api/v1/audit/events").text.contains(
                #""audit_entries":[],"total_entries":0"#))
    }

    @Test("a decision of a megabyte is shown shortened in lists, and whole in its story")
    func large() async throws {
        let front = try FrontFixture()
        let long = String(repeating: "x", count: 100_000)
        try await front.post("/test/enqueue", #"{"decision_id":"d1","context":{"metadata":{"note":"\#(long)"}}}"#)
        let entry = try await front.request(.get, "/api/v1/audit/events")
        #expect(entry.bytes.count < 10_000)
        #expect(entry["audit_entries"]?.arrayValue?.first?.at("decision_snapshot.metadata") == ["truncated": true])
        #expect(try await front.request(.get, "/api/v1/audit/events?format=csv").bytes.count < 10_000)
        #expect(try await front.request(.get, "/api/v1/audit/decisions/d1").text.contains(long))
    }
}
