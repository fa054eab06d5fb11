import EventLog
import HTTPAPI
import HTTPTypes
import Ledger
import Testing
import VerdictTesting

/// Personal data in what is shown (governance-api 9).
@Suite("Redaction")
struct AuditRedactionTests {
    private static let submission = """
        {"decision_id":"d1","action_type":"block_ip","target":"192.0.2.1",\
        "context":{"action_params":{"target":"192.0.2.1","user_name":"Eva Secret","list":[{"IP_Address":"203.0.113.77"}]},\
        "metadata":{"pii_data":{"ssn":"123-45"},"deep":{"er":[{"user_email":"eva@secret.example"}]},"kept":"plain"}}}
        """
    private static let secrets = ["Eva Secret", "203.0.113.77", "123-45", "eva@secret.example"]

    private static let paths = [
        "/api/v1/audit", "/api/v1/audit/events", "/api/v1/audit/events?format=ndjson",
        "/api/v1/audit/events?format=csv", "/api/v1/audit/decisions/d1",
    ]

    @Test("personal data is taken out of every form, at any depth, and stays in the log")
    func byItself() async throws {
        try await StaffedFront.run { staff in
            let bytes = Array(Self.submission.utf8)
            let enqueued = try await staff.request(.post, "\(FrontFixture.base)/test/enqueue", token: nil, bytes: bytes)
            #expect(enqueued.status == .ok)
            let before = try staff.fixture.ledger.log.read(from: 1, limit: 100)
            for path in Self.paths {
                for caller in [Caller.nobody, .admin] {
                    let answer = try await staff.get(path, as: caller)
                    #expect(answer.status == .ok, "\(path)")
                    #expect(answer.text.contains("[REDACTED]"), "\(path)")
                    for secret in Self.secrets { #expect(!answer.text.contains(secret), "\(path) \(secret)") }
                    #expect(answer.text.contains("plain"))
                }
            }
            #expect(try staff.fixture.ledger.log.read(from: 1, limit: 100) == before)
            #expect(before.contains { String(decoding: $0.data, as: UTF8.self).contains("eva@secret.example") })
            let entry = try await staff.get("/api/v1/audit/events?event_type=decision_created", as: .nobody)
            let snapshot = try #require(entry["audit_entries"]?.arrayValue?.first?.at("decision_snapshot"))
            #expect(snapshot.text("metadata.pii_data") == "[REDACTED]")
            #expect(snapshot.at("metadata.deep") == ["er": [["user_email": "[REDACTED]"]]])
            #expect(snapshot.text("metadata.kept") == "plain")
            #expect(snapshot.at("action_params.list") == [["IP_Address": "[REDACTED]"]])
            #expect(snapshot.text("action_params.user_name") == "[REDACTED]")
            #expect(snapshot.text("action_params.target") == "192.0.2.1")
        }
    }

    @Test("an administrator who asks for it sees it, nobody else does", arguments: Authentication.allCases)
    func unredacted(_ authentication: Authentication) async throws {
        try await StaffedFront.run({ $0.authentication = authentication }) { staff in
            try await staff.fixture.submit("d0")
            _ = try await staff.request(
                .post, "\(FrontFixture.base)/test/enqueue", token: staff.token(of: .admin),
                bytes: Array(Self.submission.utf8))
            for path in Self.paths {
                let wanted = path + (path.contains("?") ? "&" : "?") + "redact=false"
                let seen = try await staff.get(wanted, as: .admin)
                #expect(seen.status == .ok, "\(wanted)")
                for secret in Self.secrets { #expect(seen.text.contains(secret), "\(wanted) \(secret)") }
                for caller in [Caller.analyst, .viewer, .service, .nobody] {
                    let refused = try await staff.get(wanted, as: caller)
                    #expect(refused.status == (caller == .nobody ? .unauthorized : .forbidden), "\(wanted) \(caller)")
                }
            }
            #expect(try await staff.get("/api/v1/audit/events?redact=false", as: .local).status == .ok)
        }
    }

    @Test("what is about users and logins is for administrators, and what proves who somebody is for nobody")
    func identity() async throws {
        try await StaffedFront.run { staff in
            let log = try staff.fixture.ledger.log.read(from: 1, limit: 1000)
            let hashes = log.compactMap { event in
                (try? JSONParser.parse(event.data))?["password_hash"]?.stringValue
            }
            #expect(!hashes.isEmpty)
            for (caller, seesUsers) in [(Caller.admin, true), (.analyst, false), (.nobody, false)] {
                let path = "/api/v1/audit/events?limit=1000" + (seesUsers ? "&redact=false" : "")
                let text = try await staff.get(path, as: caller).text
                #expect(text.contains("user_registered") == seesUsers, "\(caller)")
                #expect(text.contains("login_opened") == seesUsers, "\(caller)")
                for hash in hashes { #expect(!text.contains(hash)) }
                let asked = try await staff.get("/api/v1/audit/events?event_type=login_opened", as: caller)
                #expect(asked["total_entries"]?.numberValue?.int == (seesUsers ? 3 : 0))
            }
        }
    }
}
