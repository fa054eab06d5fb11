import Synchronization
import Testing

@testable import HTTPAPI

@Suite("Questions on an event loop make a pause when one had to read from the disk")
struct ReadingPauseTests {
    private final class Disk: Sendable {
        let blocks = Atomic<Int>(0)
    }

    private let disk = Disk()
    private let pause: ReadingPause

    init() {
        pause = ReadingPause { [disk] in disk.blocks.load(ordering: .relaxed) }
    }

    private func busy(_ time: Duration) {
        let start = ContinuousClock.now
        while ContinuousClock.now - start < time {}
    }

    @Test("for twenty times as long as that took")
    func pauses() {
        let start = ContinuousClock.now
        let found = pause.read { () -> Int? in
            busy(.milliseconds(5))
            disk.blocks.add(8, ordering: .relaxed)
            return 1
        }
        #expect(found == 1)
        #expect(pause.read { 1 } == nil)
        while pause.read({ 1 }) == nil {}
        #expect(ContinuousClock.now - start >= .milliseconds(100))
        #expect(pause.read { 1 } == 1)
    }

    @Test("whatever came of it")
    func failing() {
        struct Refused: Error {}
        #expect(throws: Refused.self) {
            try pause.read { () -> Int? in
                busy(.milliseconds(5))
                disk.blocks.add(8, ordering: .relaxed)
                throw Refused()
            }
        }
        #expect(pause.read { 1 } == nil)
    }

    @Test("not when it only took its time")
    func slow() {
        _ = pause.read { busy(.milliseconds(5)) }
        #expect(pause.read { 1 } == 1)
    }
}
