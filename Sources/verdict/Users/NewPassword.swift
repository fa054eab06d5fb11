import Foundation
import Identity
import NIOPosix

/// Asks for a new password: twice on a terminal, which does not show it, else for one line of standard input. It is never
/// an argument: the list of processes would show it to everyone on the machine.
enum NewPassword {
    enum Refusal: Error, Hashable, CustomStringConvertible {
        case none
        case notText
        case unusable(FieldFault)
        case differs
        case interrupted

        var description: String {
            switch self {
            case .none: "no password was given: type it on a terminal, or send it as one line of standard input"
            case .notText: "the password is not UTF-8 text"
            case .unusable(let fault): "the password \(fault)"
            case .differs: "the two passwords differ; nothing was changed"
            case .interrupted: "interrupted; nothing was changed"
            }
        }
    }

    /// - Throws: `Refusal`, `FileDescriptorReader.Failure`.
    static func ask(for username: String) async throws -> String {
        guard isatty(STDIN_FILENO) == 1 else { return try password(in: try await readLine()) }
        let first = try await ask("New password for \(username): ")
        guard try await ask("The same once more: ") == first else { throw Refusal.differs }
        return first
    }

    private static func ask(_ question: String) async throws -> String {
        try await SilentTerminal.run(on: STDIN_FILENO) {
            // Nobody types before the question stands there, and by then the terminal is silent.
            LogOutput.standardError.write(Array(question.utf8))
            defer { LogOutput.standardError.write([UInt8(ascii: "\n")]) }
            let line = try await readLine(until: SilentTerminal.interrupt)
            guard line.last != SilentTerminal.interrupt else { throw Refusal.interrupted }
            return try password(in: line)
        }
    }

    /// The bytes before the end of the first line. Reads on a thread that may wait for somebody who types.
    ///
    /// - Parameter interrupt: a byte that ends the line too, and stays at its end.
    private static func readLine(until interrupt: UInt8? = nil) async throws -> [UInt8] {
        try await NIOThreadPool.singleton.runIfActive {
            let reader = try FileDescriptorReader(path: "-")
            var line: [UInt8] = []
            while line.count <= PasswordRules.sizeBytesMax, let bytes = try reader.read(upTo: 1024) {
                line += bytes
                if let end = line.firstIndex(of: UInt8(ascii: "\n")) { return Array(line[..<end]) }
                if let interrupt, line.last == interrupt { return line }
            }
            return line
        }
    }

    /// - Throws: `Refusal`.
    static func password(in line: [UInt8]) throws(Refusal) -> String {
        let bytes = line.last == UInt8(ascii: "\r") ? line.dropLast() : line[...]
        guard !bytes.isEmpty else { throw .none }
        // Bytes that were mended would be a password that nobody can type.
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .notText }
        if let fault = PasswordRules.fault(text) { throw .unusable(fault) }
        return text
    }
}
