import EventLog
import HTTPTypes
import Identity
import NIOHTTP1
import Testing
import VerdictTesting

/// The record of who did what (hitl-api 15 and 14.4).
@Suite("The audit")
struct AuditTests {
    private static func entries(_ staff: StaffedFront, _ query: String = "") async throws -> [JSON] {
        let answer = try await staff.get("/api/audit\(query)")
        #expect(answer.status == .ok, "\(answer.text)")
        return answer.json.arrayValue ?? []
    }

    private static func names(_ entries: [JSON]) -> [String] {
        entries.map { "\($0["event"]?.stringValue ?? "") \($0["user"]?.stringValue ?? "")" }
    }

    @Test("every event of the contract, newest first, with the details it has")
    func events() async throws {
        try await StaffedFront.run { staff in
            let start = try await Self.entries(staff).count
            func expect(_ event: String, _ user: String, _ details: JSON) async throws {
                let entry = try #require(try await Self.entries(staff, "?limit=1").first)
                let time = JSON.string(staff.time.now().rfc3339)
                #expect(
                    entry == ["timestamp": time, "event": .string(event), "user": .string(user), "details": details])
                staff.time.advance(by: .seconds(1))
            }
            try await staff.register("eve", .viewer)
            try await expect("USER_CREATED", "ada", ["new_user": "eve", "role": "viewer"])
            _ = try await staff.logIn("eve")
            try await expect("LOGIN_SUCCESS", "eve", ["ip": "unknown", "factor": "none"])
            _ = try await staff.loginAnswer("nobody", "x")
            try await expect("LOGIN_FAILED", "nobody", ["reason": "invalid_credentials", "ip": "unknown"])
            _ = try await staff.post("/api/auth/2fa/setup", as: .viewer)
            try await expect("2FA_SETUP", "vic", ["status": "initiated"])
            _ = try await staff.post("/api/auth/2fa/verify?code=000000000", as: .viewer)
            try await expect("2FA_VERIFY_FAILED", "vic", ["reason": "invalid_code", "ip": "unknown"])
            try await staff.submit("a1", as: .service)
            try await expect(
                "DECISION_SUBMITTED", "candi", ["analysis_id": "a1", "priority": "critical", "threat_level": "APT"])
            try await staff.escalate("a1")
            try await expect("DECISION_ESCALATED", "ann", ["analysis_id": "a1", "reason": "too big"])
            try await staff.decide("a1", "rejected", ["approved_actions": ["no_action"]], as: .admin)
            try await expect(
                "DECISION_MADE", "ada", ["analysis_id": "a1", "status": "rejected", "actions": ["no_action"]])
            _ = try await staff.request(.patch, "/api/auth/users/eve", as: .admin, #"{"role":"analyst"}"#)
            try await expect("USER_CHANGED", "ada", ["user": "eve", "change": "role", "role": "analyst"])
            _ = try await staff.request(.patch, "/api/auth/users/eve", as: .admin, #"{"is_active":false}"#)
            try await expect("USER_CHANGED", "ada", ["user": "eve", "change": "deactivated"])
            _ = try await staff.loginAnswer("eve")
            try await expect("LOGIN_FAILED", "eve", ["reason": "inactive", "ip": "unknown"])
            _ = try await staff.post("/api/auth/logout", as: .viewer)
            try await expect("LOGOUT", "vic", ["ip": "unknown", "reason": "logged_out"])
            #expect(try await Self.entries(staff).count == start + 12)
        }
    }

    @Test("a factor that is proved is on record")
    func secondFactor() async throws {
        try await StaffedFront.run { staff in
            let answer = try await staff.post("/api/auth/2fa/setup", as: .viewer)
            let code = try #require(
                answer["secret"]?.stringValue.flatMap { OneTimeCodeSample.code($0, at: staff.time.now()) })
            #expect(try await staff.post("/api/auth/2fa/verify?code=\(code)", as: .viewer).status == .ok)
            let entry = try await Self.entries(staff, "?event=2FA_ENABLED").first
            #expect(entry?["user"] == "vic")
            #expect(entry?["details"] == [:])
        }
    }

    @Test("filters narrow it, together too")
    func filters() async throws {
        try await StaffedFront.run { staff in
            staff.time.advance(by: .minutes(1))
            try await staff.submit("a1", as: .service)
            staff.time.advance(by: .minutes(1))
            try await staff.submit("a2")
            staff.time.advance(by: .minutes(1))
            try await staff.decide("a1")
            let submitted = "DECISION_SUBMITTED"
            #expect(
                Self.names(try await Self.entries(staff, "?event=\(submitted)")) == [
                    "\(submitted) ada", "\(submitted) candi",
                ])
            #expect(Self.names(try await Self.entries(staff, "?user=candi")) == ["\(submitted) candi"])
            #expect(try await Self.entries(staff, "?user=candi&event=DECISION_MADE").isEmpty)
            #expect(
                Self.names(try await Self.entries(staff, "?since=2026-01-15T12:02:00Z")) == [
                    "DECISION_MADE ann", "\(submitted) ada",
                ])
            #expect(
                Self.names(try await Self.entries(staff, "?since=2026-01-15T12:02:00&until=2026-01-15T12:02:00.000Z"))
                    == ["\(submitted) ada"])
            #expect(try await Self.entries(staff, "?since=2026-01-15T12:04:00Z").isEmpty)
            #expect(try await Self.entries(staff, "?limit=2").count == 2)
            #expect(try await Self.entries(staff, "?event=nothing").isEmpty)
        }
    }

    @Test("a filter that is none is refused", arguments: ["since=yesterday", "until=x", "limit=x", "limit=-1"])
    func wrongFilters(_ query: String) async throws {
        try await StaffedFront.run { staff async throws in
            #expect(try await staff.get("/api/audit?\(query)").status == .unprocessableContent)
        }
    }

    @Test("the decisions of the other door are in it too")
    func otherDoor() async throws {
        try await StaffedFront.run { staff in
            try await staff.fixture.openSession()
            try await staff.fixture.submit("d1")
            try await staff.fixture.approve("d1")
            let made = try await Self.entries(staff, "?event=DECISION_MADE").first
            #expect(made?["user"] == "alice@host")
            #expect(made?["details"] == ["analysis_id": "d1", "status": "approved", "actions": []])
            let submitted = try await Self.entries(staff, "?event=DECISION_SUBMITTED").first
            #expect(submitted?["user"] == "test")
        }
    }

    @Test("it says from where, on a socket")
    func address() async throws {
        try await StaffedFront.runLive { live, tokens in
            let answer = try await live.send(.GET, "/api/audit?event=LOGIN_SUCCESS&limit=1", token: tokens[.admin])
            #expect(answer.json.arrayValue?.first?["details"]?["ip"] == "127.0.0.1")
        }
    }
}
