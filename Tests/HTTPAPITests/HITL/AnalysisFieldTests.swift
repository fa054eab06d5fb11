import EventLog
import Foundation
import HTTPTypes
import Testing

/// What a decision request may hold, and that it comes back as it was sent (hitl-api 2.1, 3.2 and 7.2).
@Suite("Fields of a decision request")
struct AnalysisFieldTests {
    @Test("it comes back with the twelve members in order, then those that other clients want")
    func whole() async throws {
        try await StaffedFront.run { staff in
            let answer = try await staff.submit("a1")
            #expect(
                answer.text == #"{"message":"Decision request submitted successfully","analysis_id":"a1"}"#)
            let shown = try await staff.get("/api/decisions/a1", as: .viewer)
            #expect(
                shown.text
                    == #"{"analysis_id":"a1","incident_id":"INC-20260115-0001","threat_level":"APT","#
                    + #""source_ip":"203.0.113.9","attributed_actor":"APT28","confidence":87.5,"#
                    + #""iocs":["ip:203.0.113.9"],"ttps":["T1110"],"recommended_actions":["Block the address"],"#
                    + #""forensic_summary":"APT | 3 behaviours","priority":"critical","#
                    + #""created_at":"2026-01-15T11:00:00.000000Z","decision_id":"a1","status":"pending","#
                    + #""updated_at":"2026-01-15T12:00:00.000000Z"}"#)
            let listed = try await staff.get("/api/decisions/pending", as: .analyst)
            #expect(listed.text == "[\(shown.text)]")
        }
    }

    static let confidences: [(sent: JSON, shown: String?)] = [
        (87.5, "87.5"), (100, "100"), (0, "0"), (-1, "-1"), (1000, "1000"), ("87.5", "87.5"), (" 12 ", "12"),
        ("1e2", "1e2"), (true, "1.0"), (false, "0.0"), ("", nil), ("NaN", nil), ("Infinity", nil), ("-inf", nil),
        ("1e999", nil), ([1], nil), ([:], nil), (nil, nil),
    ]

    @Test("confidence takes a number, a numeric string or a truth", arguments: confidences)
    func confidence(sent: JSON, shown: String?) async throws {
        try await StaffedFront.run { staff in
            try await Self.check(staff, ["confidence": sent], shown.map { #""confidence":\#($0),"# })
        }
    }

    @Test("a number beyond all doubles is refused", arguments: ["1e400", "-1e400", "NaN", "Infinity"])
    func nonFinite(_ number: String) async throws {
        try await StaffedFront.run { staff in
            let body = AnalysisSample.body().replacing("87.5", with: number)
            let answer = try await staff.post("/api/decisions/submit", body)
            #expect(answer.status == .unprocessableContent)
            #expect(try await staff.get("/api/decisions/a1").status == .notFound)
        }
    }

    static let times: [(sent: JSON, shown: String?)] = [
        ("2026-01-15T11:00:00Z", "2026-01-15T11:00:00.000000Z"),
        ("2026-01-15t11:00:00z", "2026-01-15T11:00:00.000000Z"),
        ("2026-01-15 11:00:00", "2026-01-15T11:00:00.000000Z"), ("2026-01-15_11:00:00", "2026-01-15T11:00:00.000000Z"),
        ("2026-01-15T11:00", "2026-01-15T11:00:00.000000Z"), ("2026-01-15T11:00Z", "2026-01-15T11:00:00.000000Z"),
        ("2026-01-15T11:00:00.5", "2026-01-15T11:00:00.500000Z"),
        ("2026-01-15T11:00:00,123456", "2026-01-15T11:00:00.123456Z"),
        ("2026-01-15T11:00:00.123456789", "2026-01-15T11:00:00.123456Z"),
        ("2026-01-15T11:00:00+02:00", "2026-01-15T09:00:00.000000Z"),
        ("2026-01-15T11:00:00+0200", "2026-01-15T09:00:00.000000Z"),
        ("2026-01-15T11:00:00-00:30", "2026-01-15T11:30:00.000000Z"),
        ("2026-01-15T11:00-05:45", "2026-01-15T16:45:00.000000Z"),
        (1_768_474_800, "2026-01-15T11:00:00.000000Z"), (1_768_474_800.25, "2026-01-15T11:00:00.250000Z"),
        (1_768_474_800_250, "2026-01-15T11:00:00.250000Z"), ("1768474800", "2026-01-15T11:00:00.000000Z"),
        ("1768474800250", "2026-01-15T11:00:00.250000Z"), (-1, "1969-12-31T23:59:59.000000Z"),
        ("2031-01-15T11:00:00Z", "2031-01-15T11:00:00.000000Z"),
        ("2026-01-15", nil), ("11:00:00", nil), ("", nil), ("2026-02-30T11:00:00", nil), ("2026-01-15T24:00:01", nil),
        ("2026-01-15T11:00:00 Europe/Berlin", nil), ("2026-01-15T11:00:00+25:00", nil), ("٢٠٢٦-01-15T11:00:00", nil),
        (1e300, nil), ("9e99", nil), (nil, nil), (true, nil), ([], nil),
    ]

    @Test("created_at in all the forms of the contract, and no others", arguments: times)
    func createdAt(sent: JSON, shown: String?) async throws {
        try await StaffedFront.run { staff in
            try await Self.check(staff, ["created_at": sent], shown.map { #""created_at":"\#($0)","# })
        }
    }

    static let kept: [(name: String, value: JSON)] = [
        ("attributed_actor", .string(String(repeating: "Ä", count: 1000))), ("attributed_actor", "海莲花 🐉"),
        ("attributed_actor", nil), ("attributed_actor", ""), ("incident_id", nil), ("threat_level", "Suspicious"),
        ("source_ip", "not an address"), ("iocs", []), ("iocs", many(10, of: 500)), ("ttps", many(20, of: 5)),
        ("ttps", ["T1110", "T1110"]), ("recommended_actions", many(50, of: 80)),
        ("recommended_actions", ["隔离系统", "Alert 🚨 everybody", #"say "no" \ / "#]),
        ("forensic_summary", .string(String(repeating: "x", count: 10_000))),
        ("forensic_summary", "<script>alert(1)</script>\n\t\u{1}\u{2028}"), ("forensic_summary", "with a NUL\0inside"),
        ("forensic_summary", ""),
    ]

    @Test("long lists, long texts and every script come back", arguments: kept)
    func keeps(name: String, value: JSON) async throws {
        try await StaffedFront.run { staff in
            try await staff.submit("a1", [name: value])
            #expect(try await staff.get("/api/decisions/a1")[name] == value)
        }
    }

    @Test("the text is UTF-8, not escapes")
    func rawUnicode() async throws {
        try await StaffedFront.run { staff in
            try await staff.submit("a1", ["attributed_actor": "海莲花 🐉"])
            #expect(try await staff.get("/api/decisions/a1").text.contains(#""attributed_actor":"海莲花 🐉""#))
        }
    }

    @Test("unknown members are dropped", arguments: ["status", "decision_id", "severity"])
    func unknown(_ name: String) async throws {
        try await StaffedFront.run { staff in
            try await staff.submit("a1", [name: "approved"])
            let shown = try await staff.get("/api/decisions/a1")
            #expect(shown["severity"] == nil)
            #expect(shown["status"] == "pending")
            #expect(shown["decision_id"] == "a1")
        }
    }

    static let names: [(id: String, isTaken: Bool)] = [
        ("CANDI-9f2c41d07be6a853", true), ("a b", true), ("ü", true), ("-", true), ("submit", true), ("stats", true),
        ("a%2Fb", true), ("?", true), (String(repeating: "x", count: 512), true), ("", false), ("pending", false),
        ("a/b", false), (".", false), ("..", false), ("a\nb", false), ("a\0", false), ("e\u{301}", false),
        (String(repeating: "x", count: 513), false),
    ]

    @Test("an id is one that a path can name, and is found under it", arguments: names)
    func identifiers(id: String, isTaken: Bool) async throws {
        try await StaffedFront.run { staff in
            let answer = try await staff.post("/api/decisions/submit", AnalysisSample.body(id))
            #expect(answer.status == (isTaken ? .ok : .unprocessableContent), "\(answer.text)")
            guard isTaken else { return }
            #expect(answer["analysis_id"] == .string(id))
            let escaped = try #require(id.addingPercentEncoding(withAllowedCharacters: .alphanumerics))
            #expect(try await staff.get("/api/decisions/\(escaped)")["analysis_id"] == .string(id))
            #expect(try await staff.decide(escaped).status == .ok)
            #expect(try await staff.get("/api/decisions/\(escaped)/response")["decision_id"] == .string(id))
        }
    }

    /// - Parameter part: of the decision that is then shown; nil where the request is refused.
    private static func check(_ staff: StaffedFront, _ changes: [String: JSON], _ part: String?) async throws {
        let answer = try await staff.post("/api/decisions/submit", AnalysisSample.body("a1", changes))
        guard let part else {
            #expect(answer.status == .unprocessableContent, "\(answer.text)")
            #expect(try await staff.get("/api/decisions/a1").status == .notFound)
            return
        }
        #expect(answer.status == .ok, "\(answer.text)")
        let shown = try await staff.get("/api/decisions/a1")
        #expect(shown.text.contains(part), "\(part) is not in \(shown.text)")
    }

    private static func many(_ count: Int, of length: Int) -> JSON {
        .array((0..<count).map { .string("\($0)" + String(repeating: "i", count: length)) })
    }
}
