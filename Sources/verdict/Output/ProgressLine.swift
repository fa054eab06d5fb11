import Foundation

/// How far a command has come, as one line that is written over again and again. Where standard error is no terminal, nothing
/// is said: a file of such lines helps nobody.
final class ProgressLine {
    private static let pause = Duration.milliseconds(100)
    /// Erases the line and goes to its beginning (ECMA-48: EL, CR).
    private static let erase = "\u{1B}[2K\r"

    private let isTerminal = isatty(STDERR_FILENO) == 1
    private var lastShown: ContinuousClock.Instant?

    /// - Parameter what: what is being done, such as `exporting`.
    func show(_ what: String, _ done: Int, of total: Int) {
        guard total > 0 else { return }
        show("\(what) \(done) of \(total) (\(done * 100 / total) %)")
    }

    /// - Parameter sentence: what is being done, where nobody knows how much there is.
    func show(_ sentence: String) {
        guard isTerminal else { return }
        let now = ContinuousClock.now
        if let lastShown, now - lastShown < Self.pause { return }
        lastShown = now
        write(Self.erase + sentence)
    }

    /// Takes the line away, so that something else can be written.
    func clear() {
        guard isTerminal else { return }
        lastShown = nil
        write(Self.erase)
    }

    private func write(_ text: String) {
        LogOutput.standardError.write(Array(text.utf8))
    }
}
