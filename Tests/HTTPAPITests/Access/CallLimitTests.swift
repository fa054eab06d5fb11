import EventLog
import HTTPTypes
import Identity
import Testing
import VerdictTesting

@testable import HTTPAPI

/// A mad agent shall not flood people (golden-path 5.6).
@Suite("Calls a minute")
struct CallLimitTests {
    private static func limited(_ configuration: inout IdentityServices.Configuration) {
        configuration.callsPerPerson = 3
        configuration.callsPerProgram = 2
    }

    @Test("a call too many is told when the next one may come, and does not count; the others go on")
    func perCaller() async throws {
        try await StaffedFront.run(identity: Self.limited) { staff in
            func call(_ caller: Caller) async throws -> Answer { try await staff.request(.get, "/api/status", as: caller) }
            for _ in 1...2 { #expect(try await call(.service).status == .ok) }
            staff.time.advance(by: .seconds(20))
            let refused = try await call(.service)
            #expect(refused.status == .tooManyRequests)
            #expect(refused.headers[.retryAfter] == "40")
            for _ in 1...3 { #expect(try await call(.analyst).status == .ok) }
            #expect(try await call(.analyst).status == .tooManyRequests)
            #expect(try await call(.viewer).status == .ok)
            staff.time.advance(by: .seconds(40))
            #expect(try await call(.service).status == .ok)
            #expect(try await call(.analyst).status == .tooManyRequests)
        }
    }

    @Test("nobody is locked out by a clock that is set back")
    func clockSetBack() async throws {
        try await StaffedFront.run(identity: Self.limited) { staff in
            for _ in 1...2 { _ = try await staff.request(.get, "/api/status", as: .service) }
            staff.time.advance(by: .seconds(-5))
            #expect(try await staff.request(.get, "/api/status", as: .service).status == .ok)
        }
    }
}
