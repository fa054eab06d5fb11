import Foundation

/// Where log lines go.
struct LogOutput: Sendable {
    static let standardError = LogOutput(descriptor: STDERR_FILENO)

    let descriptor: Int32

    /// Writes the line with one system call, so that lines of several threads, or of several processes that share
    /// the file, do not run into each other.
    ///
    /// What cannot be written is lost: there is nowhere left to say so, and a full disk shall not stop the server.
    func write(_ line: [UInt8]) {
        _ = Foundation.write(descriptor, line, line.count)
    }
}
