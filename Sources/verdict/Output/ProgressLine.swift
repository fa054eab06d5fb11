import Foundation
import Synchronization

/// How far a command has come, as one line that is written over again and again. Where standard error is no terminal, nothing
/// is said, or a line now and then.
final class ProgressLine: Sendable {
    /// What is said where nobody sits at a terminal.
    enum Elsewhere {
        /// A file of such lines helps nobody.
        case nothing
        /// One at each tenth of the work: for work that somebody waits for.
        case lines
    }

    private struct State {
        var lastShown: ContinuousClock.Instant?
        /// What was said last where there is no terminal, and at which tenth of it.
        var said: (what: String, tenth: Int)?
    }

    private static let pause = Duration.milliseconds(100)
    /// Erases the line and goes to its beginning (ECMA-48: EL, CR).
    private static let erase = "\u{1B}[2K\r"
    private static let barLength = 24

    private let isTerminal = isatty(STDERR_FILENO) == 1
    private let elsewhere: Elsewhere
    private let state = Mutex(State())

    init(elsewhere: Elsewhere = .nothing) {
        self.elsewhere = elsewhere
    }

    /// - Parameter what: what is being done, such as `exporting`.
    func show(_ what: String, _ done: Int, of total: Int) {
        guard total > 0 else { return }
        let sentence = "\(what) \(done) of \(total) (\(done * 100 / total) %)"
        guard isTerminal else { return say(sentence, what, tenth: done * 10 / total) }
        let full = min(Self.barLength, done * Self.barLength / total)
        let bar = String(repeating: "#", count: full) + String(repeating: ".", count: Self.barLength - full)
        show("[\(bar)] \(sentence)")
    }

    /// - Parameter sentence: what is being done, where nobody knows how much there is.
    func show(_ sentence: String) {
        guard isTerminal else { return }
        let isTime = state.withLock { state in
            let now = ContinuousClock.now
            if let lastShown = state.lastShown, now - lastShown < Self.pause { return false }
            state.lastShown = now
            return true
        }
        if isTime { write(Self.erase + sentence) }
    }

    /// Takes the line away, so that something else can be written.
    func clear() {
        guard isTerminal else { return }
        state.withLock { $0.lastShown = nil }
        write(Self.erase)
    }

    private func say(_ sentence: String, _ what: String, tenth: Int) {
        guard elsewhere == .lines else { return }
        let isNew = state.withLock { state in
            if let said = state.said, said.what == what, said.tenth >= tenth { return false }
            state.said = (what, tenth)
            return true
        }
        if isNew { write(sentence + "\n") }
    }

    private func write(_ text: String) {
        LogOutput.standardError.write(Array(text.utf8))
    }
}
