import Foundation
import Testing

@testable import HTTPAPI

@Suite("Questions on an event loop make a pause when one had to wait")
struct ReadingPauseTests {
    /// What has to wait as long as that.
    private func wait(milliseconds: Int) {
        poll(nil, 0, CInt(milliseconds))
    }

    @Test("for twenty times as long as it waited")
    func waiting() {
        let pause = ReadingPause()
        let start = ContinuousClock.now
        #expect(pause.read { wait(milliseconds: 5) } != nil)
        #expect(pause.read { 1 } == nil)
        while pause.read({ 1 }) == nil {}
        #expect(ContinuousClock.now - start >= .milliseconds(100))
        #expect(pause.read { 1 } == 1)
    }

    @Test("not when it only took its time")
    func busy() {
        let pause = ReadingPause()
        let start = ContinuousClock.now
        _ = pause.read { while ContinuousClock.now - start < .milliseconds(5) {} }
        #expect(pause.read { 1 } == 1)
    }

    @Test("nor for a wait that is short")
    func short() throws {
        let pause = ReadingPause()
        struct Refused: Error {}
        #expect(throws: Refused.self) { try pause.read { () -> Int? in throw Refused() } }
        #expect(pause.read { 1 } == 1)
    }
}
