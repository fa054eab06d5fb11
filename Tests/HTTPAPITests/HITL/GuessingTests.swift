import EventLog
import HTTPAPI
import HTTPTypes
import Identity
import Testing
import VerdictTesting

/// Only failures count, by name and by address (hitl-api 12.2).
@Suite("Guessing passwords and codes")
struct GuessingTests {
    private static func fail(_ staff: StaffedFront, _ username: String, times: Int) async throws {
        for _ in 0..<times { #expect(try await staff.loginAnswer(username, "wrong").status == .unauthorized) }
    }

    private static func expectRefused(_ answer: Answer, seconds: Int) {
        #expect(answer.status == .tooManyRequests)
        #expect(answer.headers[.retryAfter] == "\(seconds)")
        #expect(answer.text == #"{"detail":"Too many failed attempts, try again in \#(seconds) seconds"}"#)
    }

    @Test("after twenty wrong passwords the name has to wait, with the right one too; others do not")
    func names() async throws {
        try await StaffedFront.run { staff in
            try await Self.fail(staff, "vic", times: 19)
            #expect(try await staff.loginAnswer("vic").status == .ok)
            try await Self.fail(staff, "vic", times: 1)
            let events = try await staff.events {
                Self.expectRefused(try await staff.loginAnswer("vic", "wrong"), seconds: 900)
                Self.expectRefused(try await staff.loginAnswer("vic"), seconds: 900)
            }
            #expect(events.isEmpty)
            #expect(try await staff.loginAnswer("ann").status == .ok)
            // Tokens that were given out before are none of its business.
            #expect(try await staff.get("/api/status", as: .viewer).status == .ok)

            staff.time.advance(by: .seconds(600.5))
            Self.expectRefused(try await staff.loginAnswer("vic"), seconds: 300)
            staff.time.advance(by: .seconds(299.5))
            #expect(try await staff.loginAnswer("vic").status == .ok)
            try await Self.fail(staff, "vic", times: 1)
        }
    }

    @Test("a name that nobody has is counted like any other")
    func unknownNames() async throws {
        try await StaffedFront.run { staff in
            try await Self.fail(staff, "nobody", times: 20)
            Self.expectRefused(try await staff.loginAnswer("nobody", "wrong"), seconds: 900)
        }
    }

    @Test("an address has to wait when it has tried many names")
    func addresses() async throws {
        try await StaffedFront.run(identity: { $0.failuresPerAddress = 5 }) { staff in
            for index in 0..<5 { try await Self.fail(staff, "name\(index)", times: 1) }
            Self.expectRefused(try await staff.loginAnswer("vic"), seconds: 900)
            staff.time.advance(by: .minutes(15))
            #expect(try await staff.loginAnswer("vic").status == .ok)
        }
    }

    @Test("right passwords never count")
    func successes() async throws {
        try await StaffedFront.run(identity: {
            $0.failuresPerName = 3; $0.failuresPerAddress = 3
        }) { staff async throws in
            for _ in 0..<10 { #expect(try await staff.loginAnswer("vic").status == .ok) }
        }
    }

    @Test("a limit of 0 is none")
    func unlimited() async throws {
        try await StaffedFront.run(identity: {
            $0.failuresPerName = 0; $0.failuresPerAddress = 0
        }) { staff in
            try await Self.fail(staff, "vic", times: 30)
            #expect(try await staff.loginAnswer("vic").status == .ok)
        }
    }

    @Test("twenty wrong codes, and the right one has to wait too; passwords are counted apart")
    func codes() async throws {
        try await StaffedFront.run { staff in
            let answer = try await staff.post("/api/auth/2fa/setup", as: .viewer)
            let secret = try #require(answer["secret"]?.stringValue)
            for _ in 0..<20 {
                #expect(try await staff.post("/api/auth/2fa/verify?code=1", as: .viewer).status == .unauthorized)
            }
            let code = try #require(OneTimeCodeSample.code(secret, at: staff.time.now()))
            let refused = try await staff.post("/api/auth/2fa/verify?code=\(code)", as: .viewer)
            Self.expectRefused(refused, seconds: 900)
            #expect(try await staff.loginAnswer("vic").status == .ok)
        }
    }

    @Test("failed logins under a name that looks like something else touch nobody's codes")
    func lookalikes() async throws {
        try await StaffedFront.run { staff in
            let answer = try await staff.post("/api/auth/2fa/setup", as: .viewer)
            let secret = try #require(answer["secret"]?.stringValue)
            for name in ["code of vic", "name code of vic", "code vic"] { try await Self.fail(staff, name, times: 20) }
            let code = try #require(OneTimeCodeSample.code(secret, at: staff.time.now()))
            #expect(try await staff.post("/api/auth/2fa/verify?code=\(code)", as: .viewer).status == .ok)
        }
    }

    @Test("wrong passwords at a change of the password count too")
    func changes() async throws {
        try await StaffedFront.run(identity: { $0.failuresPerName = 3 }) { staff in
            let body = #"{"current_password":"wrong","new_password":"another one"}"#
            for _ in 0..<3 {
                #expect(try await staff.post("/api/auth/password", body, as: .viewer).status == .unauthorized)
            }
            Self.expectRefused(try await staff.post("/api/auth/password", body, as: .viewer), seconds: 900)
            Self.expectRefused(try await staff.loginAnswer("vic"), seconds: 900)
        }
    }

    @Test("a hundred guesses at once are no more than the limit")
    func simultaneous() async throws {
        try await StaffedFront.run(identity: { $0.failuresPerName = 5 }) { staff in
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<100 { group.addTask { Int(try await staff.loginAnswer("vic", "wrong").status.code) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.allSatisfy { $0 == 401 || $0 == 429 })
            // As many as are checked at the same time may slip through beside the five.
            #expect(statuses.count { $0 == 401 } <= 5 + 2 * 8)
            Self.expectRefused(try await staff.loginAnswer("vic"), seconds: 900)
        }
    }
}
