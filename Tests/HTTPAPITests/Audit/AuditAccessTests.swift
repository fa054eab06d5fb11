import EventLog
import HTTPTypes
import Ledger
import Testing
import VerdictTesting

@testable import HTTPAPI

/// Who may ask the audit what, where authentication is required (contracts/README, `ranks`).
@Suite("The audit under tokens")
struct AuditAccessTests {
    private static let base = AuditFront.base
    /// In the order of `Caller.allCases`: administrator, analyst, viewer, program, command line, nobody.
    private static let readers = [200, 200, 200, 403, 200, 401]
    private static let administrators = [200, 403, 403, 403, 200, 401]

    private static let operations: [(route: String, path: String, statuses: [Int])] = [
        (base, base, readers), ("\(base)/events", "\(base)/events?format=csv", readers),
        ("\(base)/decisions/:decision_id", "\(base)/decisions/d1", readers),
        ("\(base)/report", "\(base)/report", readers), ("\(base)/sla", "\(base)/sla", readers),
        (base, "\(base)?redact=false", administrators),
        ("\(base)/decisions/:decision_id", "\(base)/decisions/d1?redact=false", administrators),
    ]

    @Test("every operation answers every caller as the table says, and writes nothing", arguments: Caller.allCases)
    func table(_ caller: Caller) async throws {
        let column = try #require(Caller.allCases.firstIndex(of: caller))
        try await StaffedFront.run({ $0.authentication = .required }) { staff in
            try await staff.fixture.submit("d1")
            for operation in Self.operations {
                let before = try staff.fixture.ledger.log.lastPosition
                let answer = try await staff.get(operation.path, as: caller)
                #expect(answer.status.code == operation.statuses[column], "\(operation.path): \(answer.text)")
                #expect(try staff.fixture.ledger.log.lastPosition == before)
            }
        }
    }

    @Test("the table has every operation of the door")
    func completeness() throws {
        let front = try FrontFixture()
        let door = AuditDoor(
            ledger: front.fixture.ledger,
            authenticator: Authenticator(ledger: front.fixture.ledger, identity: front.identity))
        #expect(Set(Self.operations.map(\.route)) == Set(door.routes.map(\.path)))
        #expect(door.routes.allSatisfy { $0.method == .get && $0.permissions?.count == 1 })
    }

    @Test("where authentication is not required the door is open, and a token that proves nothing changes nothing")
    func open() async throws {
        try await StaffedFront.run { staff in
            try await staff.fixture.submit("d1")
            for operation in Self.operations where !operation.path.contains("redact") {
                #expect(try await staff.get(operation.path, as: .nobody).status == .ok)
                #expect(try await staff.request(.get, operation.path, token: "garbage").status == .ok)
                #expect(try await staff.get(operation.path, as: .service).status == .ok)
            }
        }
    }

    @Test("an index that cannot follow is said with 503, and answers again once it can")
    func unavailable() async throws {
        let front = try FrontFixture()
        try await front.fixture.submit("d1")
        #expect(try await front.request(.get, Self.base).status == .ok)
        let broken = BrokenTable.audit(in: front.fixture.directory)
        try broken.break()
        try await front.fixture.submit("d2")
        for path in [
            Self.base, "\(Self.base)/events?format=csv", "\(Self.base)/decisions/d1", "\(Self.base)/report",
            "\(Self.base)/sla",
        ] {
            let answer = try await front.request(.get, path)
            #expect(answer.status == .serviceUnavailable, "\(path)")
            #expect(answer.headers[.retryAfter] == "1")
            #expect(answer.text.contains("The audit index cannot be used now"), "\(answer.text)")
        }
        // Commands go on.
        try await front.fixture.submit("d3")
        try broken.repair()
        #expect(try await front.request(.get, Self.base)["total_entries"] == 6)
    }
}
