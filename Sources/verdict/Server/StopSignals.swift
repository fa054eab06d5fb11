import Foundation
import UnixSignals

/// The signals that end a program that serves, well and in order.
enum StopSignals {
    /// A terminal that is closed is one of them, unless whoever started the program wants it to outlive its terminal (nohup).
    static var all: [UnixSignal] {
        isHangUpIgnored ? [.sigterm, .sigint] : [.sigterm, .sigint, .sighup]
    }

    private static var isHangUpIgnored: Bool {
        let before = signal(SIGHUP, SIG_IGN)
        if !isIgnored(before) { signal(SIGHUP, before) }
        return isIgnored(before)
    }

    /// Handlers are functions, which Swift does not compare.
    private static func isIgnored(_ handler: sighandler_t?) -> Bool {
        unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    }
}
