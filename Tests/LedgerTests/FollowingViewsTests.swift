import EventLog
import Foundation
import Governance
import Ledger
import Projections
import Synchronization
import Testing
import VerdictTesting

@Suite("The views follow the log")
struct FollowingViewsTests {
    @Test("everybody who was answered reads what they did, however many write")
    func readYourWrites() async throws {
        let fixture = try LedgerFixture()
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for writer in 0..<8 {
                group.addTask {
                    for number in 0..<25 {
                        let id = "d\(writer)-\(number)"
                        try await fixture.submit(id)
                        guard try await fixture.ledger.views.read({ try $0.decision(id) != nil }) else { return false }
                    }
                    return true
                }
            }
            for try await hasSeen in group { #expect(hasSeen) }
        }
    }

    @Test("a key that was used a moment ago is known before the views have seen it")
    func recentKeys() async throws {
        let fixture = try LedgerFixture()
        let origin = Origin(idempotency: IdempotencyKey(key: "k", requestHash: "h"))
        let first = try await fixture.ledger.execute(.submit(Sample.submission("d1")), origin: origin)
        let second = try await fixture.ledger.execute(.submit(Sample.submission("d1")), origin: origin)
        #expect(!first.isRepeated)
        #expect(second.isRepeated)
        #expect(second.events.map(\.recorded) == first.events.map(\.recorded))
        let other = Origin(idempotency: IdempotencyKey(key: "k", requestHash: "other"))
        await #expect(throws: CommandError.self) {
            try await fixture.ledger.execute(.submit(Sample.submission("d2")), origin: other)
        }
    }

    @Test("a ledger that was closed has left its views at the end of the log")
    func closing() async throws {
        let fixture = try LedgerFixture()
        for number in 0..<50 { try await fixture.submit("d\(number)") }
        try await fixture.ledger.close()
        #expect(fixture.ledger.views.position == 50)
    }

    @Test("a key is known also while the views cannot follow")
    func keysWithoutViews() async throws {
        let fixture = try LedgerFixture { $0.logger = .silent }
        let views = BrokenTable.views(in: fixture.directory)
        try views.break()
        let origin = Origin(idempotency: IdempotencyKey(key: "k", requestHash: "h"))
        let first = try await fixture.ledger.execute(.submit(Sample.submission("d1")), origin: origin)
        _ = try await fixture.ledger.views.read { try $0.position() }
        #expect(fixture.ledger.health.viewsTrouble?.contains("the disk is full") == true)
        // Also when it was repeated in one batch with something else.
        let writer = try await HeldWriter(of: fixture.ledger)
        async let other = fixture.ledger.execute(.submit(Sample.submission("d2")))
        async let repeated = fixture.ledger.execute(.submit(Sample.submission("d1")), origin: origin)
        writer.release()
        #expect(try await !other.events.isEmpty)
        #expect(try await repeated.isRepeated)
        let third = try await fixture.ledger.execute(.submit(Sample.submission("d1")), origin: origin)
        #expect(third.isRepeated)
        #expect(third.events.map(\.recorded) == first.events.map(\.recorded))
        try views.repair()
        try await fixture.ledger.passTime()
        #expect(fixture.ledger.health.viewsTrouble == nil)
    }

    @Test(
        "read models that are removed or moved under the server are built again by themselves", .timeLimit(.minutes(1)),
        arguments: ["views.db", "views.db-wal", "audit.db"])
    func removed(name: String) async throws {
        let fixture = try LedgerFixture { $0.logger = .silent }
        try await fixture.submit("d1")
        _ = try await fixture.ledger.audit.read { try $0.position() }
        try fixture.directory.remove(name)
        try await fixture.ledger.passTime()
        while fixture.ledger.projections.contains(where: { $0.phase != .live }) { await Task.yield() }
        try await fixture.submit("d2")
        #expect(try await fixture.ledger.views.read { try $0.decision("d2") } != nil)
        #expect(try await fixture.ledger.audit.read { try $0.position() } == 2)
        let generations = fixture.ledger.projections.map(\.generation)
        try await fixture.ledger.passTime()
        #expect(fixture.ledger.projections.map(\.generation) == generations, "once is enough")
        #expect(generations.contains { $0 > 1 })
    }
}
