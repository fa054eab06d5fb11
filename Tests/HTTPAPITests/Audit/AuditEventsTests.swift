import Crypto
import EventLog
import Foundation
import HTTPTypes
import Ledger
import Testing
import VerdictTesting

/// `GET /api/v1/audit/events`: filters, order and pages (governance-api 9).
@Suite("The entries of the audit")
struct AuditEventsTests {
    /// A filter, and what it means when every entry is looked at.
    struct Filter: Sendable, CustomTestStringConvertible {
        let query: String
        let matches: @Sendable (JSON) -> Bool

        init(_ query: String, _ matches: @Sendable @escaping (JSON) -> Bool) {
            self.query = query
            self.matches = matches
        }

        var testDescription: String { query }
    }

    private static let middle = "2026-01-20T00:00:00Z"

    static let filters: [Filter] = [
        Filter("decision_id=d3") { $0.text("decision_id") == "d3" },
        Filter("decision_id=d3&decision_ids=d5,d9") { ["d3", "d5", "d9"].contains($0.text("decision_id")) },
        Filter("event_type=decision_rejected") { $0.text("event_type") == "decision_rejected" },
        Filter("event_types=decision_created,DECISION_QUEUED") {
            ["decision_created", "decision_queued"].contains($0.text("event_type"))
        },
        Filter("event_type=decision_created%2Csession_opened") {
            ["decision_created", "session_opened"].contains($0.text("event_type"))
        },
        Filter("actor_type=human") { $0.text("actor_type") == "human" },
        Filter("actor_types=ai,system") { $0.text("actor_type") != "human" },
        Filter("operator_id=alice@host") { $0.text("operator_id") == "alice@host" },
        Filter("actor_id=candi") { $0.text("actor_id") == "candi" },
        Filter("operator_ids=hitl_framework&actor_ids=dave") {
            $0.text("actor_id") == "hitl_framework" || $0.text("operator_id") == "dave"
        },
        Filter("actor_id=escalation_manager") { $0.text("actor_id") == "escalation_manager" },
        Filter("session_id=session-2") { $0.text("session_id") == "session-2" },
        Filter("risk_level=CRITICAL,low") {
            ["critical", "low"].contains($0.text("decision_snapshot.risk_level"))
        },
        Filter("automation_levels=full") { $0.text("decision_snapshot.automation_level") == "full" },
        Filter("status=escalated&statuses=rejected") { ["escalated", "rejected"].contains($0.text("status")) },
        Filter("status=expired") { $0.text("status") == "timeout" },
        Filter("compliance_tag=human_override") {
            $0.at("compliance_tags")?.arrayValue?.contains("human_override") ?? false
        },
        Filter("compliance_tags=pii_involved,sla_violation") {
            $0.at("compliance_tags")?.arrayValue?.contains { ["pii_involved", "sla_violation"].contains($0) } ?? false
        },
        Filter("target=192.0.2.1") { $0.text("decision_snapshot.action_params.target") == "192.0.2.1" },
        Filter("targets=files%2C%20all%20of%20them,192.0.2.2") {
            ["files, all of them", "192.0.2.2"].contains($0.text("decision_snapshot.action_params.target"))
        },
        Filter("start_time=\(middle)") { ($0.text("timestamp") ?? "") >= "2026-01-20T00:00:00.000000Z" },
        Filter("end_time=2026-01-20T01:00:00%2B01:00") {
            ($0.text("timestamp") ?? "") <= "2026-01-20T00:00:00.000000Z"
        },
        Filter("start_time=\(middle)&end_time=2026-01-25T00:00:00&risk_level=high") {
            let time = $0.text("timestamp") ?? ""
            return time >= "2026-01-20" && time <= "2026-01-25T00:00:00.000000Z"
                && $0.text("decision_snapshot.risk_level") == "high"
        },
        Filter("q=KNOWN%20scanner") {
            // An execution shows the words of the approval before it.
            $0.text("event_type") != "decision_executed"
                && $0.at("context_snapshot")?.text.contains("Known scanner") ?? false
        },
        Filter("event_type=decision_approved&operator_id=bob@host&status=approved") {
            $0.text("event_type") == "decision_approved" && $0.text("operator_id") == "bob@host"
                && $0.text("status") == "approved"
        },
        Filter("event_type=&status=&q=&decision_id=") { _ in true },
        Filter("target=nowhere") { _ in false },
        Filter("unknown_parameter=1") { _ in true },
    ]

    @Test("filters leave what they say, newest first and oldest first")
    func everyFilter() async throws {
        try await AuditFront.run { audit in
            let all = try await audit.allEntries()
            #expect(all.count > 400)
            for filter in Self.filters {
                let expected = all.filter(filter.matches)
                let found = try await audit.allEntries(filter.query)
                #expect(found == expected, "\(filter.query): \(found.count) of \(expected.count)")
                let turned = try await audit.allEntries(filter.query + "&sort_order=ASC", size: 70)
                #expect(turned == expected.reversed(), "\(filter.query)")
                let total = try await audit.get("/events?limit=0&\(filter.query)")
                #expect(total["total_entries"]?.numberValue?.int == expected.count, "\(filter.query)")
                #expect(total["total_is_exact"] == true)
                #expect(total["audit_entries"] == [])
            }
            let used = Self.filters.filter { filter in all.contains { filter.matches($0) } }
            #expect(used.count >= Self.filters.count - 1)
        }
    }

    @Test("pages follow each other, and stay where the first one was while the log grows")
    func growth() async throws {
        try await AuditFront.run { audit in
            for query in ["", "sort_by=risk_level", "sort_by=decision_id&sort_order=asc", "operator_id=alice@host"] {
                let all = try await audit.allEntries(query)
                let log = audit.front.fixture.ledger.log
                let before = try log.lastPosition
                // Another life of another log's ids, so that versions meet.
                let found = try await audit.allEntries(query, size: 40) {
                    let event = NewEvent(
                        id: EventID(at: audit.front.fixture.time.now(), random: 7), type: "access.socket_opened.v1",
                        recordedAt: audit.front.fixture.time.now(), actor: "user:alice@host",
                        data: Array(#"{"username":"alice@host"}"#.utf8))
                    _ = try log.append([StreamAppend(StreamName(text: "access/all"), expecting: .any, [event])])
                }
                #expect(found == all, "\(query)")
                #expect(try log.lastPosition > before)
            }
        }
    }

    @Test("the next page stands in a link, with the same filters")
    func link() async throws {
        try await AuditFront.run { audit in
            let query = "operator_id=alice@host&event_type=decision_approved,decision_rejected"
            let first = try await audit.get("/events?limit=3&offset=2&\(query)")
            let all = try await audit.allEntries(query)
            #expect(first["audit_entries"]?.arrayValue == Array(all[2..<5]))
            let link = try #require(first.headers[HTTPField.Name("Link")!])
            #expect(link.hasPrefix("</api/v1/audit/events?limit=3&\(query)&cursor="))
            #expect(link.hasSuffix(#">; rel="next""#))
            let path = link.dropFirst("</api/v1/audit".count).prefix { $0 != ">" }
            let second = try await audit.get(String(path))
            #expect(second["audit_entries"]?.arrayValue == Array(all[5..<8]))
            #expect(second["total_entries"] == first["total_entries"])
            #expect(second["position"] == first["position"])
            let last = try await audit.get("/events?decision_id=d1&limit=1000")
            #expect(last.headers[HTTPField.Name("Link")!] == nil)
            #expect(last["next_cursor"] == .null)
        }
    }

    @Test(
        "a cursor with impossible numbers, its checksum right, is refused too",
        arguments: [
            "[-9223372036854775808,1,true,4,0,null]", "[9223372036854775807,1,true,4,0,null]",
            "[1,1,true,-9223372036854775808,0,null]", "[1,1,true,9223372036854775807,0,null]",
            "[1,1,true,4,9223372036854775807,null]", "[1,1,true,4,-1,null]", "[1,-1,true,4,0,null]",
        ])
    func forgedCursor(content: String) async throws {
        try await AuditFront.run { audit in
            let parts = ["", ""] + [String](repeating: "[]", count: 11) + ["false", "timestamp", "true"]
            let name = parts.joined(separator: "\n")
            let bytes = Array(content.utf8)
            let checksum = SHA256.hash(data: Array("verdict audit cursor\n\(name)\n".utf8) + bytes).prefix(8)
            let cursor = Data(checksum + bytes).base64EncodedString().replacing("+", with: "-")
                .replacing("/", with: "_").replacing("=", with: "")
            let answer = try await audit.get("/events?cursor=\(cursor)")
            #expect(answer.status == .unprocessableContent)
            #expect(answer.text.contains("this is no cursor of these filters and this order"))
        }
    }

    @Test("a cursor that was changed, or is of another question, is refused with a reason")
    func tampered() async throws {
        try await AuditFront.run { audit in
            let cursor = try #require(try await audit.get("/events?limit=5")["next_cursor"]?.stringValue)
            #expect(try await audit.get("/events?limit=7&cursor=\(cursor)").status == .ok)
            var wrong = [
                "x", "AAAA", "\(cursor)A", String(cursor.dropLast()), String(cursor.dropFirst(2)), "%00",
                cursor.uppercased(),
            ]
            for place in stride(from: 0, to: cursor.count, by: 3) {
                var characters = Array(cursor)
                characters[place] = characters[place] == "B" ? "C" : "B"
                if String(characters) != cursor { wrong.append(String(characters)) }
            }
            for query in wrong.map({ "cursor=\($0)" }) + [
                "cursor=\(cursor)&status=approved", "cursor=\(cursor)&sort_order=asc",
                "cursor=\(cursor)&sort_by=risk_level",
            ] {
                let answer = try await audit.get("/events?limit=5&\(query)")
                #expect(answer.status == .unprocessableContent, "\(query): \(answer.text)")
                #expect(answer.text.contains("this is no cursor of these filters and this order"), "\(query)")
            }
        }
    }

    @Test(
        "what cannot be meant is refused, and the field is named",
        arguments: [
            "event_type=nothing", "actor_type=robot", "risk_level=huge", "automation_level=none", "status=lost",
            "compliance_tag=gdpr", "sort_by=age", "sort_order=up", "limit=x", "limit=-1", "offset=-1",
            "start_time=yesterday",
            "end_time=2026-13-01T00:00:00Z", "format=xml", "redact=perhaps", "cursor=x",
        ])
    func wrong(_ query: String) async throws {
        try await AuditFront.run(decisions: 1) { audit in
            let answer = try await audit.get("/events?\(query)")
            #expect(answer.status == .unprocessableContent, "\(answer.text)")
            let name = JSON.string(String(query.prefix { $0 != "=" }))
            #expect(answer["detail"]?.arrayValue?.first?["loc"] == ["query", name])
        }
    }

    @Test("too many values of one filter are refused")
    func manyValues() async throws {
        try await AuditFront.run(decisions: 1) { audit async throws in
            let few = (0..<100).map { "d\($0)" }.joined(separator: ",")
            #expect(try await audit.get("/events?decision_id=\(few)").status == .ok)
            #expect(try await audit.get("/events?decision_id=\(few),x").status == .unprocessableContent)
        }
    }

    @Test("pages have 100 entries by themselves and 1000 at most; the sibling's path answers the same")
    func limits() async throws {
        try await AuditFront.run(decisions: 350) { audit in
            #expect(try await audit.entries().count == 100)
            #expect(try await audit.entries("limit=5000").count == 1000)
            let sibling = try await audit.get("?limit=5")
            #expect(sibling.text == (try await audit.get("/events?limit=5")).text)
            #expect(sibling["timestamp"] == .string(audit.front.fixture.time.now().rfc3339))
        }
    }

    @Test("an entry has the same id whenever it is read, and no other has it")
    func ids() async throws {
        try await AuditFront.run { audit in
            let ids = try await audit.allEntries().compactMap { $0.text("entry_id") }
            #expect(Set(ids).count == ids.count)
            #expect(ids.allSatisfy { UUID(uuidString: $0) != nil && $0.dropFirst(14).first == "8" })
            #expect(try await audit.allEntries("sort_order=asc").reversed().map { $0.text("entry_id") } == ids)
        }
    }

    @Test("as of a moment the list ends there, page after page; a cursor of another moment is refused")
    func looksBack() async throws {
        try await AuditFront.run { front in
            let all = try await front.allEntries("sort_order=asc")
            let position = try #require(all[all.count / 3].at("position")?.numberValue?.int)
            let expected = all.filter { ($0.at("position")?.numberValue?.int ?? 0) <= position }
            #expect(try await front.allEntries("sort_order=asc&asOf=\(position)", size: 7) == expected)
            let first = try await front.get("/events?limit=4&asOf=\(position)")
            #expect(first["total_entries"]?.numberValue?.int == expected.count)
            let cursor = try #require(first["next_cursor"]?.stringValue)
            let alone = try await front.get("/events?limit=4&cursor=\(cursor)")
            let both = try await front.get("/events?limit=4&cursor=\(cursor)&asOf=\(position)")
            #expect(alone["audit_entries"] == both["audit_entries"])
            let other = try await front.get("/events?limit=4&cursor=\(cursor)&asOf=\(position - 1)")
            #expect(other.status == .unprocessableContent)
            #expect(other.text.contains("of another moment than asOf"))
        }
    }
}
