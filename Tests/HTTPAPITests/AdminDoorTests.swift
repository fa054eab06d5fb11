import EventLog
import HTTPTypes
import Ledger
import Projections
import SQLiteEventStore
import Testing
import VerdictTesting

@Suite("Read models looked after over HTTP", .timeLimit(.minutes(1)))
struct AdminDoorTests {
    private static let base = "/api/v1/admin/projections"

    private func projection(_ name: String, _ answer: Answer) -> JSON? {
        answer["projections"]?.arrayValue?.first { $0["name"] == .string(name) }
    }

    /// What differs between the files of a ledger and a fresh fold of its log.
    private func differences(_ fixture: LedgerFixture) throws -> [ViewsDifference] {
        var differences: [ViewsDifference] = []
        let directory = fixture.directory.path
        for model in ViewsModel.all {
            let comparison = ViewsComparison(
                path: "\(directory)/\(model.fileName)", model: model, temporaryPath: "\(directory)/\(model.name).fresh")
            let outcome = try comparison.run(with: fixture.ledger.log) { differences.append($0) }
            guard case .compared(_, let rows, _) = outcome else {
                Issue.record("\(model.name): \(outcome)")
                continue
            }
            #expect(rows > 0)
        }
        return differences
    }

    @Test("the list says where each read model stands, and that nothing is being built")
    func list() async throws {
        try await StaffedFront.run { staff in
            try await staff.fixture.submit()
            _ = try await staff.fixture.ledger.audit.read { _ in }
            let last = try staff.fixture.ledger.log.lastPosition
            let answer = try await staff.get(Self.base)
            #expect(answer.status == .ok)
            #expect(answer["log_position"] == .number(JSONNumber(last)))
            for name in ["views", "audit"] {
                let projection = projection(name, answer)
                #expect(projection?["position"] == .number(JSONNumber(last)))
                #expect(projection?["lag"] == 0)
                #expect(projection?["phase"] == "live")
                #expect(projection?["dead_letters"] == .emptyObject)
            }
        }
    }

    @Test("administrators alone may look and rebuild, also where other doors are open")
    func administrators() async throws {
        try await StaffedFront.run { staff in
            for (caller, status) in [
                (Caller.admin, 200), (.local, 200), (.analyst, 403), (.viewer, 403), (.service, 403), (.nobody, 401),
            ] {
                let answer = try await staff.get(Self.base, as: caller)
                #expect(answer.status.code == status, "\(caller)")
                if status != 200 {
                    let refused = try await staff.post("\(Self.base)/rebuild", as: caller)
                    #expect(refused.status.code == status, "\(caller)")
                }
            }
            #expect(projection("views", try await staff.get(Self.base))?["generation"] == 1)
        }
    }

    @Test(
        "a rebuild swaps in what a fresh fold makes, while commands come in", arguments: ViewsModel.all.map(\.name))
    func rebuild(name: String) async throws {
        try await StaffedFront.run { staff in
            let fixture = staff.fixture
            try await fixture.openSession()
            for number in 0..<200 { try await fixture.submit("before-\(number)") }
            _ = try await fixture.ledger.audit.read { _ in }
            let begun = try await staff.post("\(Self.base)/rebuild?projection=\(name)")
            #expect(begun.status == .accepted)
            #expect(begun.headers[.location] == Self.base)
            #expect(begun["projection"] == .string(name))
            var number = 0
            while projection(name, try await staff.get(Self.base))?["phase"] != "live" {
                try await fixture.submit("meanwhile-\(number)")
                try await fixture.approve("meanwhile-\(number)")
                number += 1
            }
            try await fixture.submit("after")
            _ = try await fixture.ledger.audit.read { _ in }
            let after = projection(name, try await staff.get(Self.base))
            #expect(after?["generation"] == 2)
            #expect(after?["failure"] == .null)
            #expect(after?["progress"]?.numberValue?.double == 1)
            #expect(after?["lag"] == 0)
            #expect(try differences(fixture) == [])
            let metrics = try await staff.get("/metrics").text
            #expect(metrics.contains(#"verdict_rebuild_running{projection="\#(name)"} 0.0"#))
            #expect(metrics.contains(#"verdict_rebuild_progress{projection="\#(name)"} 1.0"#))
            #expect(metrics.contains(#"verdict_rebuild_last_duration_seconds{projection="\#(name)"} "#))
        }
    }

    @Test("while one rebuild runs a second one is refused, and /readyz says how far it is")
    func conflict() async throws {
        try await StaffedFront.run { staff in
            for number in 0..<50 { try await staff.fixture.submit("d\(number)") }
            // Many at once: whatever comes while one runs is a conflict.
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<8 { group.addTask { try await staff.post("\(Self.base)/rebuild").status.code } }
                return try await group.reduce(into: [Int]()) { $0.append($1) }
            }
            #expect(Set(statuses).isSubset(of: [202, 409]))
            #expect(statuses.contains(202))
            var ready = try await staff.get("/readyz")
            while let shown = ready["projections"]?.arrayValue?.first {
                #expect(ready.status == .ok)
                #expect(shown["name"] == "views")
                #expect(shown["phase"] == "rebuilding")
                ready = try await staff.get("/readyz")
            }
            #expect(ready["status"] == "healthy")
        }
    }
}
