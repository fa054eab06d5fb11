import EventLog
import Foundation
import Testing

@Suite("The machine's clock")
struct SystemTimeTests {
    @Test("it says what the system says")
    func now() {
        let before = Date().timeIntervalSince1970
        let now = SystemTime().now()
        let after = Date().timeIntervalSince1970
        let seconds = Double(now.microseconds) / 1_000_000
        #expect(before - 0.001 <= seconds && seconds <= after + 0.001)
    }

    @Test("waiting for the past takes no time")
    func past() async throws {
        let time = SystemTime()
        try await time.wait(until: time.now() + .seconds(-5))
        try await time.wait(until: Timestamp(microseconds: 0))
    }

    @Test("a wait ends with the task that waits")
    func cancelled() async {
        let time = SystemTime()
        let waiting = Task { try await time.wait(until: time.now() + .hours(1)) }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
    }
}
