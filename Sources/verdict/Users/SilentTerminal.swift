import Foundation

/// A terminal that does not show what is typed.
enum SilentTerminal {
    /// What Ctrl-C types.
    static let interrupt: UInt8 = 3

    /// Makes the terminal silent for as long as `body` runs.
    ///
    /// Ctrl-C ends the line meanwhile, and stands at its end, instead of the program, which would leave the terminal silent.
    static func run<Value>(on descriptor: Int32, _ body: () async throws -> Value) async rethrows -> Value {
        var settings = termios()
        guard tcgetattr(descriptor, &settings) == 0 else { return try await body() }
        var silent = settings
        silent.c_lflag &= ~tcflag_t(ECHO | ISIG)
        withUnsafeMutableBytes(of: &silent.c_cc) { $0[Int(VEOL)] = interrupt }
        tcsetattr(descriptor, TCSAFLUSH, &silent)
        defer { tcsetattr(descriptor, TCSAFLUSH, &settings) }
        return try await body()
    }
}
