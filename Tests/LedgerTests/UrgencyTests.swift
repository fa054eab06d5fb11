import EventLog
import Foundation
import Governance
import Synchronization
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
        #expect(highest == usual || highest == -Writer.urgency)
        let fixture = try LedgerFixture()
        let found = await withCheckedContinuation { continuation in
            fixture.ledger.execute(.closeSession("nobody"), origin: Origin()) { _ in
                continuation.resume(returning: Self.niceness)
            }
        }
        #expect(found == highest)
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
