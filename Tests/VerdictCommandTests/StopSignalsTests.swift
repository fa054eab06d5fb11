import Foundation
import Testing
import UnixSignals

@testable import verdict

@Suite("The signals that stop a server")
struct StopSignalsTests {
    @Test("the end of the terminal is one, but not for whom it was started to outlive")
    func hangUp() {
        let before = signal(SIGHUP, SIG_DFL)
        defer { signal(SIGHUP, before) }
        #expect(StopSignals.all == [.sigterm, .sigint, .sighup])
        signal(SIGHUP, SIG_IGN)
        #expect(StopSignals.all == [.sigterm, .sigint])
        #expect(StopSignals.all == [.sigterm, .sigint], "asking changes nothing")
    }
}
