import EventLog
import Governance
import Ledger
import Projections
import Testing
import VerdictTesting

@Suite struct SessionCommandsTests {
    @Test("opening a session records one event, with its operator as the actor")
    func open() async throws {
        let fixture = try LedgerFixture()
        let receipt = try await fixture.ledger.execute(
            .openSession(sessionID: "session-1", Sample.openSession()),
            origin: Origin(
                requestID: "request-1", traceparent: "00-trace", sourceAddress: "192.0.2.9"))
        #expect(receipt.eventTypes == ["session.opened.v1"])
        #expect(!receipt.isRepeated)
        let recorded = try #require(receipt.events.first?.recorded)
        #expect(recorded.position == 1)
        #expect(recorded.actor == "operator:alice@host")
        let metadata = try EventMetadata(json: recorded.metadata)
        #expect(metadata.correlationID == "request-1")
        #expect(metadata.sessionID == "session-1")
        #expect(metadata.traceparent == "00-trace")
        #expect(metadata.sourceAddress == "192.0.2.9")
        let session = try await fixture.ledger.views.read { try $0.session("session-1") }
        #expect(session?.operatorID == "alice@host")
        let statistics = try await fixture.statistics()
        #expect(statistics.sessions == 1)
    }

    @Test("a session id is used once: while it is open and after it was closed", arguments: [false, true])
    func openTwice(isClosedBefore: Bool) async throws {
        let fixture = try LedgerFixture()
        try await fixture.openSession()
        if isClosedBefore { _ = try await fixture.ledger.execute(.closeSession("session-1")) }
        let before = try fixture.eventTypes()
        let again = Command.openSession(sessionID: "session-1", Sample.openSession("mallory@host"))
        let refusal = try await fixture.refusal(of: again)
        #expect(refusal == .invalidSession("session-1"))
        #expect(try fixture.eventTypes() == before)
        #expect(fixture.ledger.health.trouble == nil)
    }

    @Test("a closed session acts no more, and closing it again changes nothing, also after a restart")
    func close() async throws {
        var fixture = try LedgerFixture()
        try await fixture.openSession()
        try await fixture.submit()
        let receipt = try await fixture.ledger.execute(.closeSession("session-1"))
        #expect(receipt.eventTypes == ["session.closed.v1"])
        #expect(receipt.events.first?.recorded.actor == "operator:alice@host")
        let session = try await fixture.ledger.views.read { try $0.session("session-1") }
        #expect(session?.closedAt == fixture.time.now())
        for _ in 1...2 {
            #expect(try await fixture.ledger.execute(.closeSession("session-1")).events.isEmpty)
            let refusal = try await fixture.refusal(
                of: .approve(decisionID: "d1", OperatorAction(sessionID: "session-1")))
            #expect(refusal == .invalidSession("session-1"))
            try await fixture.restart()
        }
        #expect(try fixture.eventTypes().count == 3)
    }
}
