import EventLog
import Governance
import Ledger
import Projections
import Testing
import VerdictTesting

@Suite struct ListenerTests {
    @Test("every listener hears every event once, in order, with its meaning")
    func everyEventOnce() async throws {
        let fixture = try LedgerFixture()
        let listeners = (0..<3).map { _ in HeardEvents(of: fixture.ledger) }
        try await fixture.openSession()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<100 {
                group.addTask {
                    try await fixture.submit("d\(index)")
                    try await fixture.reject("d\(index)")
                }
            }
            try await group.waitForAll()
        }
        let log = try fixture.ledger.log.read(from: 1, limit: .max)
        for listener in listeners {
            await listener.wait(for: 201)
            #expect(listener.batches.joined().map(\.recorded) == log)
            #expect(listener.batches.joined().allSatisfy { $0.governance?.type == $0.recorded.type })
            #expect(listener.batches.allSatisfy { !$0.isEmpty })
        }
    }

    @Test("refusals and repetitions are told to nobody")
    func nothingToTell() async throws {
        let fixture = try LedgerFixture()
        // Listeners are told behind the answer: who listens from the beginning knows what they are told.
        let heard = HeardEvents(of: fixture.ledger)
        try await fixture.submit()
        _ = try await fixture.refusal(of: Verdict.approve.command())
        try await fixture.submit()
        try await fixture.openSession()
        await heard.wait(for: 2)
        #expect(heard.types == ["decision.submitted.v1", "session.opened.v1"])
    }

    @Test("who listens no more hears no more")
    func stop() async throws {
        let fixture = try LedgerFixture()
        let one = HeardEvents(of: fixture.ledger)
        let other = HeardEvents(of: fixture.ledger)
        try await fixture.submit("a")
        await one.wait(for: 1)
        await other.wait(for: 1)
        one.stop()
        try await fixture.submit("b")
        await other.wait(for: 2)
        #expect(one.positions == [1])
    }

    @Test("whoever hears of an event and reads sees it")
    func heardIsSeen() async throws {
        let fixture = try LedgerFixture()
        let (positions, position) = AsyncStream<Position>.makeStream()
        let ledger = fixture.ledger
        let token = ledger.listen { events in position.yield(events.last?.recorded.position ?? 0) }
        for index in 0..<20 { try await fixture.submit("d\(index)") }
        for await heard in positions.prefix(20) {
            let seen = try await ledger.views.read { try $0.position() }
            #expect(seen >= heard)
        }
        withExtendedLifetime(token) {}
    }
}
