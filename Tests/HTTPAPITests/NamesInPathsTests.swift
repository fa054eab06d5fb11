import EventLog
import HTTPTypes
import Testing
import VerdictTesting

/// Whoever names something in a path means that and nothing that only looks like it.
@Suite("Names in paths and queries")
struct NamesInPathsTests {
    private static let base = FrontFixture.base

    @Test("a byte order mark is a part of a name, and no name has one")
    func byteOrderMark() async throws {
        let front = try FrontFixture()
        try await front.furnish()
        let answer = try await front.post("/test/enqueue", #"{"decision_id":"\uFEFFd1"}"#)
        #expect(answer.status == .unprocessableContent)
        #expect(answer.text.contains("must not contain a byte order mark"))
        let body = #"{"operator_id":"alice@host","session_id":"session-1","comment":"x"}"#
        #expect(try await front.post("/decision/%EF%BB%BFd1/approve", body).status == .notFound)
        #expect(try await front.get("/decision/%EF%BB%BFd1").status == .notFound)
        #expect(try await front.get("/decision/d1")["status"] == "pending")
        let entries = try await front.request(.get, "/api/v1/audit/events?decision_id=%EF%BB%BFd1")
        #expect(entries["audit_entries"] == [])
    }

    @Test("a name that only looks like another one names nothing")
    func otherForm() async throws {
        let front = try FrontFixture()
        try await front.furnish()
        #expect(try await front.post("/test/enqueue", #"{"decision_id":"caf\u00e9"}"#).status == .ok)
        let body = #"{"operator_id":"alice@host","session_id":"session-1","comment":"x"}"#
        #expect(try await front.post("/decision/cafe%CC%81/approve", body).status == .notFound)
        #expect(try await front.get("/decision/caf%C3%A9")["status"] == "pending")
        #expect(try await front.post("/decision/caf%C3%A9/approve", body).status == .ok)
    }

    @Test("escapes that are none name nothing", arguments: ["%", "%4", "%zz", "%C3%28", "%+1", "%C0%AE"])
    func noEscapes(name: String) async throws {
        let front = try FrontFixture()
        #expect(try await front.get("/decision/\(name)").status == .notFound)
    }

    @Test("a plus in a query is a space, an escaped one a plus, and a time may have either")
    func plus() async throws {
        try await StaffedFront.run { staff in
            for (id, reason) in [("a1", "two+words"), ("a2", "two%20words"), ("a3", "1%2B1")] {
                #expect(try await staff.submit(id).status == .ok)
                let answer = try await staff.post(
                    "/api/decisions/\(id)/escalate?escalation_reason=\(reason)", as: .analyst)
                #expect(answer.status == .ok)
                #expect(answer["escalation_reason"] == (id == "a3" ? "1+1" : "two words"))
            }
            for offset in ["+00:00", "%2B00:00", "Z"] {
                let entries = try await staff.get("/api/audit?since=2026-01-15T10:00:00\(offset)", as: .admin)
                #expect(entries.status == .ok, "\(offset)")
            }
        }
        let front = try FrontFixture()
        try await front.furnish()
        for offset in ["+00:00", "%2B00:00"] {
            let answer = try await front.get("/decisions?asOf=2026-01-15T12:00:00\(offset)")
            #expect(answer.status == .ok, "\(offset): \(answer.text)")
        }
    }
}
