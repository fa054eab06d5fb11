import EventLog
import Governance
import Ledger
import Projections
import Synchronization
import Testing
import VerdictTesting

extension LedgerFixture {
    /// Appends to the log behind the ledger's back.
    @discardableResult
    func appendForeign(_ events: [GovernanceEvent]) throws -> [RecordedEvent] {
        let appends = events.map { event in
            StreamAppend(
                event.stream, expecting: .any,
                [
                    NewEvent(
                        id: EventID(at: time.now(), random: UInt64.random(in: 0...UInt64.max)), type: event.type,
                        recordedAt: time.now(), actor: "system:other", data: event.data)
                ])
        }
        return try ledger.log.append(appends)
    }

    func appendForeignRaw(_ type: String, _ payload: String, stream: String) throws {
        let event = NewEvent(
            id: EventID(at: time.now(), random: 1), type: type, recordedAt: time.now(), actor: "system:other",
            data: Array(payload.utf8))
        _ = try ledger.log.append([StreamAppend(StreamName(text: stream), expecting: .any, [event])])
    }

    func foreignSubmission(_ decisionID: String) throws -> GovernanceEvent {
        let decided = Decision.decide(
            .submit(Sample.submission(decisionID), earlier: nil, queueSize: 0), on: decisionID, in: nil,
            policy: GovernancePolicy(), at: time.now())
        return .decision(try #require(try decided.get().first))
    }

    func foreignSession(_ sessionID: String, of operatorID: String) throws -> GovernanceEvent {
        let decided = Session.decide(
            .open(Sample.openSession(operatorID)), on: sessionID, in: nil, policy: GovernancePolicy(), at: time.now())
        return .session(try #require(try decided.get().first))
    }

    func foreignCancellation(_ decisionID: String) -> GovernanceEvent {
        .decision(.cancelled(decisionID: decisionID, reason: "by another node"))
    }
}

/// A clock whose next reading runs something first: the writer reads it after it has looked at the log, and before it
/// appends.
final class InterruptingTime: TimeSource {
    private let time = ManualTime()
    private let interruption = Mutex<(@Sendable () throws -> Void)?>(nil)

    func now() -> Timestamp {
        let interruption = interruption.withLock { $0 }
        do {
            try interruption?()
        } catch {
            Issue.record(error)
        }
        return time.now()
    }

    func wait(until deadline: Timestamp) async throws { try await time.wait(until: deadline) }

    func interrupt(times: Int = 1, _ body: @escaping @Sendable () throws -> Void) {
        let left = Mutex(times)
        interruption.withLock { interruption in
            interruption = {
                let isDue = left.withLock { left in
                    left -= 1
                    return left >= 0
                }
                if isDue { try body() }
            }
        }
    }
}

@Suite struct ForeignWriterTests {
    @Test("what others append is heard, seen in the views and acted upon, without any command in between")
    func noticed() async throws {
        let fixture = try LedgerFixture()
        let heard = HeardEvents(of: fixture.ledger)
        try await fixture.openSession()
        try fixture.appendForeign([fixture.foreignSubmission("foreign"), fixture.foreignSession("s2", of: "bob")])
        await heard.wait(for: 3)
        #expect(heard.positions == [1, 2, 3])
        let status = try await fixture.status("foreign")
        #expect(status == .pending)
        try await fixture.approve("foreign", in: "s2")
        let statistics = try await fixture.statistics("bob")
        #expect(statistics.approved == 1)
    }

    @Test("a verdict of another writer counts before ours")
    func verdict() async throws {
        let fixture = try LedgerFixture()
        try await fixture.openSession()
        try await fixture.submit()
        try fixture.appendForeign([fixture.foreignCancellation("d1")])
        let refusal = try await fixture.refusal(of: Verdict.approve.command())
        #expect(refusal == .decisionAlreadyResolved("d1", status: .cancelled, version: 2))
    }

    private func interruptible() throws -> (LedgerFixture, InterruptingTime) {
        let time = InterruptingTime()
        return (try LedgerFixture { $0.time = time }, time)
    }

    // The writer                        The other
    // reads the log to its end
    //                                   cancels d1
    // decides: d1 is pending, approve
    // appends: wrong expected version
    // reads on, decides again: refused
    @Test("a verdict that comes between our look at the log and our append makes us decide again")
    func conflict() async throws {
        let (fixture, time) = try interruptible()
        let heard = HeardEvents(of: fixture.ledger)
        try await fixture.openSession()
        try await fixture.submit()
        time.interrupt { try fixture.appendForeign([fixture.foreignCancellation("d1")]) }
        let refusal = try await fixture.refusal(of: Verdict.approve.command())
        #expect(refusal == .decisionAlreadyResolved("d1", status: .cancelled, version: 2))
        await heard.wait(for: 3)
        #expect(heard.types == ["session.opened.v1", "decision.submitted.v1", "decision.cancelled.v1"])
        #expect(heard.positions == [1, 2, 3])
        let statistics = try await fixture.statistics()
        #expect(statistics.reviewed == 0)
    }

    @Test("one conflict too many is told to the caller, and the next command goes through")
    func twoConflicts() async throws {
        let (fixture, time) = try interruptible()
        try await fixture.openSession()
        try await fixture.submit()
        // When the writer decides, when it takes in what the other has done, and when it decides again.
        time.interrupt(times: 3) {
            try fixture.appendForeign([
                .decision(
                    .escalated(
                        try #require(
                            try fixture.escalation(of: "d1"))))
            ])
        }
        await #expect(throws: CommandError.self) { try await fixture.approve() }
        #expect(try fixture.eventTypes().suffix(3) == Array(repeating: "decision.escalated.v1", count: 3))
        try await fixture.approve()
        let status = try await fixture.status()
        #expect(status == .approved)
    }

    // The writer                        The other
    // reads the log to its end
    //                                   opens session s2, submits e1
    // decides and appends d1: no conflict
    @Test("events of other streams that come between our look at the log and our append are not missed")
    func noConflict() async throws {
        let (fixture, time) = try interruptible()
        let heard = HeardEvents(of: fixture.ledger)
        try await fixture.openSession()
        time.interrupt {
            try fixture.appendForeign([fixture.foreignSession("s2", of: "bob"), fixture.foreignSubmission("e1")])
        }
        let receipt = try await fixture.submit()
        #expect(receipt.positions == [4])
        let status = try await fixture.status()
        #expect(status == .pending)
        try await fixture.approve("e1", in: "s2")
        await heard.wait(for: 5)
        #expect(heard.positions == [1, 2, 3, 4, 5])
        let statistics = try await fixture.statistics("bob")
        #expect(statistics.approved == 1)
        #expect(fixture.ledger.health.viewsLag == 0)
    }

    @Test("many commands beside another writer who never stops: every event is there, heard and seen once")
    func beside() async throws {
        var fixture = try LedgerFixture()
        let heard = HeardEvents(of: fixture.ledger)
        try await fixture.openSession()
        let shared = fixture
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<60 {
                group.addTask { try shared.appendForeign([shared.foreignSubmission("foreign-\(index)")]) }
                group.addTask {
                    try await shared.submit("own-\(index)")
                    try await shared.approve("own-\(index)")
                }
            }
            try await group.waitForAll()
        }
        await heard.wait(for: 181)
        #expect(heard.positions == Array(1...181))
        try await fixture.ledger.passTime()
        let now = fixture.time.now()
        let before = try everyAnswer(of: fixture.ledger.views, log: fixture.ledger.log, at: now)
        try await fixture.restart { try $0.remove("views.db") }
        #expect(fixture.ledger.views.rebuildReason == .missing)
        #expect(try everyAnswer(of: fixture.ledger.views, log: fixture.ledger.log, at: now) == before)
        let statistics = try await fixture.statistics()
        #expect(statistics.approved == 60)
    }
}

extension LedgerFixture {
    fileprivate func escalation(of decisionID: String) throws -> DecisionEscalated? {
        let state = try ledger.log.read(stream: GovernanceEvent.decisionStream(decisionID)).reduce(
            nil as DecisionState?
        ) { state, recorded in
            guard case .decision(let event) = try GovernanceEvent(recorded) else { return state }
            return Decision.evolve(state, event)
        }
        let session = SessionState(
            sessionID: "s9", operatorID: "other", operatorRole: "soc_operator", expiresAt: time.now() + .hours(1),
            isClosed: false, version: 1)
        let decided = Decision.decide(
            .escalate(OperatorAction(sessionID: "s9", session: session), reason: "up", target: nil), on: decisionID,
            in: state, policy: GovernancePolicy(), at: time.now())
        guard case .escalated(let escalated) = try decided.get().first else { return nil }
        return escalated
    }
}
