import EventLog
import Foundation
import Testing
import VerdictTesting

@testable import Ledger

@Suite("The urgency of the writer's thread")
struct UrgencyTests {
    /// The niceness of the calling thread.
    private static var niceness: Int32 { getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0) }

    /// What the closure returns on a thread of its own.
    private static func onThread<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            Thread { continuation.resume(returning: body()) }.start()
        }
    }

    @Test("it is the more urgent one where this process may have such threads")
    func urgency() async throws {
        let usual = await Self.onThread { Self.niceness }
        let highest = await Self.onThread {
            ThreadPriority.raise(by: Writer.urgency)
            return Self.niceness
        }
        #expect(highest == usual || highest == usual - Writer.urgency)
        let fixture = try LedgerFixture()
        let found = await withCheckedContinuation { continuation in
            fixture.ledger.execute(.closeSession("nobody"), origin: Origin()) { _ in
                continuation.resume(returning: Self.niceness)
            }
        }
        #expect(found == highest)
    }

    @Test("urgency is counted from where the thread stands")
    func steps() async {
        let usual = await Self.onThread { Self.niceness }
        let lowered = await Self.onThread {
            ThreadPriority.lower(by: 1)
            ThreadPriority.lower(by: 2)
            return Self.niceness
        }
        #expect(lowered == usual + 3)
        let raised = await Self.onThread {
            ThreadPriority.lower(by: 3)
            ThreadPriority.raise(by: 1)
            return Self.niceness
        }
        #expect(raised == usual + 3 || raised == usual + 2)
    }

    @Test("a thread that such a thread starts is as urgent as any other")
    func threadsOfIt() async {
        let usual = await Self.onThread { Self.niceness }
        let started = await withCheckedContinuation { continuation in
            Thread {
                ThreadPriority.raise(by: Writer.urgency)
                Thread { continuation.resume(returning: Self.niceness) }.start()
            }.start()
        }
        #expect(started == usual)
    }
}
