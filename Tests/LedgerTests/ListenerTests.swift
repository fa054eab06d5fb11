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

    @Test("when a listener hears of an event, the views have seen it")
    func viewsFirst() async throws {
        let fixture = try LedgerFixture()
        let (lags, lag) = AsyncStream<Bool>.makeStream()
        let ledger = fixture.ledger
        let token = ledger.listen { [views = ledger.views] events in
            lag.yield(events.contains { $0.recorded.position > views.position })
        }
        for index in 0..<20 { try await fixture.submit("d\(index)") }
        let isBehind = await lags.prefix(20).contains(true)
        #expect(!isBehind)
        withExtendedLifetime(token) {}
    }
}
