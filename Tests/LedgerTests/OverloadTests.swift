import EventLog
import Governance
import Ledger
import Projections
import Testing
import VerdictTesting

@Suite struct OverloadTests {
    private func outcome(of decisionID: String, in ledger: Ledger) async -> String {
        do throws(CommandError) {
            _ = try await ledger.execute(.submit(Sample.submission(decisionID)))
            return "done"
        } catch {
            return switch error {
            case .overloaded: "overloaded"
            case .refused, .refusedIdentity, .unavailable, .undecided, .damaged, .tooLarge: "\(error)"
            }
        }
    }

    @Test("what does not fit into the queue is told so at once, and what waits is served")
    func overloaded() async throws {
        let fixture = try LedgerFixture { $0.commandQueueMax = 10 }
        let ledger = fixture.ledger
        let held = try await HeldWriter(of: ledger)
        let outcomes = await withTaskGroup(of: String.self) { group in
            for index in 0..<25 { group.addTask { await outcome(of: "d\(index)", in: ledger) } }
            var outcomes: [String] = []
            for await outcome in group {
                outcomes.append(outcome)
                // Fifteen cannot wait, whichever they are; ten can, and nothing but the writer lets them go.
                if outcomes.count == 15 {
                    #expect(outcomes.allSatisfy { $0 == "overloaded" })
                    held.release()
                }
            }
            return outcomes
        }
        #expect(outcomes.count { $0 == "overloaded" } == 15)
        #expect(outcomes.count { $0 == "done" } == 10)
        #expect(try fixture.eventTypes().count == 11)
        let later = await outcome(of: "later", in: ledger)
        #expect(later == "done")
    }

    @Test("closing serves what waits, refuses what comes later, and may be asked for twice")
    func close() async throws {
        let fixture = try LedgerFixture { $0.commandQueueMax = 10 }
        let ledger = fixture.ledger
        let held = try await HeldWriter(of: ledger)
        let outcomes = try await withThrowingTaskGroup(of: String.self) { group in
            for index in 0..<11 { group.addTask { await outcome(of: "d\(index)", in: ledger) } }
            // One overflows: the queue is full now.
            let first = try await group.next()
            #expect(first == "overloaded")
            for _ in 0..<2 {
                group.addTask {
                    try await ledger.close()
                    return "closed"
                }
            }
            held.release()
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.count { $0 == "done" } == 10)
        #expect(outcomes.count { $0 == "closed" } == 2)
        let later = await outcome(of: "later", in: ledger)
        #expect(later.contains("shutting down"))
        try await ledger.close()
        let reopened = try Ledger(directory: fixture.directory.path)
        #expect(try reopened.log.lastPosition == 11)
        try await reopened.close()
    }
}
