import EventLog
import Governance
import Ledger
import Projections
import Testing
import VerdictTesting

@Suite struct IdempotencyTests {
    private func origin(_ key: String = "key-1", hash: String = "hash-1") -> Origin {
        Origin(idempotency: IdempotencyKey(key: key, requestHash: hash))
    }

    @Test("the same key with the same request gets the same events, and nothing is written again")
    func sameRequest() async throws {
        let fixture = try LedgerFixture()
        try await fixture.openSession()
        try await fixture.submit()
        let first = try await fixture.approve(origin: origin())
        let again = try await fixture.approve(origin: origin())
        #expect(!first.isRepeated)
        #expect(again.isRepeated)
        #expect(again.events.map(\.recorded) == first.events.map(\.recorded))
        #expect(again.events.map(\.governance) == first.events.map(\.governance))
        #expect(try fixture.eventTypes().count == 3)
    }

    @Test("the key is remembered after a restart, and when the views are lost", arguments: [false, true])
    func afterRestart(viewsAreLost: Bool) async throws {
        var fixture = try LedgerFixture()
        let first = try await fixture.submit(origin: origin())
        try await fixture.submit("other")
        try await fixture.restart { directory in
            if viewsAreLost { try directory.remove("views.db") }
        }
        let again = try await fixture.submit(origin: origin())
        #expect(again.isRepeated)
        #expect(again.positions == first.positions)
        #expect(try fixture.eventTypes().count == 2)
    }

    @Test("the same key with another request is refused, for ever")
    func otherRequest() async throws {
        var fixture = try LedgerFixture()
        try await fixture.submit(origin: origin())
        for _ in 0..<2 {
            let refusal = try await fixture.refusal(
                of: .submit(Sample.submission("d2")), origin: origin(hash: "hash-2"))
            #expect(refusal == .idempotencyKeyReused("key-1"))
            try await fixture.restart()
        }
        #expect(try fixture.eventTypes().count == 1)
    }

    @Test("a refusal does not burn the key")
    func refusal() async throws {
        let fixture = try LedgerFixture()
        try await fixture.openSession()
        let refusal = try await fixture.refusal(of: Verdict.approve.command(), origin: origin())
        #expect(refusal == .decisionNotFound("d1"))
        try await fixture.submit()
        let receipt = try await fixture.approve(origin: origin(hash: "hash-2"))
        #expect(!receipt.isRepeated)
        #expect(receipt.eventTypes == ["decision.approved.v1"])
    }

    @Test("of many who send the same request at once, one does the work and all get its events")
    func inOneBatch() async throws {
        let fixture = try LedgerFixture { $0.commandQueueMax = 49 }
        let command = Command.submit(Sample.submission())
        let answers = try await fixture.inOneBatch(Array(repeating: (command, origin()), count: 50))
        let receipts = answers.compactMap(\.receipt)
        #expect(receipts.count == 49)
        #expect(receipts.allSatisfy { $0.positions == [2] })
        #expect(receipts.count { !$0.isRepeated } == 1)
        #expect(try fixture.eventTypes().count == 2)
    }

    @Test("of many who use one key for different requests at once, the first one has it")
    func differentRequestsInOneBatch() async throws {
        let fixture = try LedgerFixture { $0.commandQueueMax = 19 }
        let commands = (0..<20).map { index in
            (Command.submit(Sample.submission("d\(index)")), origin(hash: "hash-\(index)"))
        }
        let answers = try await fixture.inOneBatch(commands)
        #expect(answers.count { $0.receipt != nil } == 1)
        #expect(answers.count { $0.refusal == .idempotencyKeyReused("key-1") } == 18)
        #expect(try fixture.eventTypes().count == 2)
    }

    @Test("a refusal does not burn the key for the others of its batch")
    func refusalInOneBatch() async throws {
        let fixture = try LedgerFixture { $0.commandQueueMax = 19 }
        try await fixture.submit("taken")
        let commands = (0..<20).map { index in
            index < 10
                ? (Command.submit(Sample.submission("taken", target: "198.51.100.\(index)")), origin(hash: "refused"))
                : (Command.submit(Sample.submission("free")), origin(hash: "accepted"))
        }
        let answers = try await fixture.inOneBatch(commands)
        #expect((9...10).contains(answers.count { $0.receipt?.positions == [3] }))
        #expect(answers.count { $0.refusal != nil } + answers.count { $0.receipt != nil } == 19)
        #expect(try fixture.eventTypes().count == 3)
    }

    @Test("the outcome of an execution belongs to the first answer, also when others write in between")
    func withExecution() async throws {
        let fixture = try LedgerFixture { configuration in
            configuration.executors["block_ip"] = { _ in ["rule": 17] }
        }
        try await fixture.openSession()
        try await fixture.submit()
        let first = try await fixture.approve(origin: origin())
        #expect(first.eventTypes == ["decision.approved.v1", "decision.executed.v1"])
        let again = try await fixture.approve(origin: origin())
        #expect(again.isRepeated)
        #expect(again.positions == first.positions)
        #expect(try fixture.eventTypes().count == 4)
    }

    @Test("events of others between those of a key are not taken for its own")
    func othersInBetween() async throws {
        let time = ManualTime()
        let (running, isRunning) = AsyncStream<Void>.makeStream()
        let (going, goOn) = AsyncStream<Void>.makeStream()
        var fixture = try LedgerFixture { configuration in
            configuration.time = time
            configuration.executors["block_ip"] = { _ in
                isRunning.finish()
                for await _ in going {}
                return [:]
            }
        }
        try await fixture.openSession()
        try await fixture.submit()
        let ledger = fixture
        async let first = ledger.approve(origin: origin())
        for await _ in running {}
        try await fixture.submit("other", origin: origin("key-2"))
        goOn.finish()
        let positions = try await first.positions
        #expect(positions == [3, 5])
        try await fixture.restart()
        let again = try await fixture.approve(origin: origin())
        #expect(again.positions == [3, 5])
        let other = try await fixture.submit("other", origin: origin("key-2"))
        #expect(other.positions == [4])
    }
}
