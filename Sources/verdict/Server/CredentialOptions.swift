import ArgumentParser
import Foundation

/// What a command shows a server to prove who asks. No flag holds it: the list of processes would show it to everyone on the machine.
struct CredentialOptions: ParsableArguments {
    static let variable = "VERDICT_TOKEN"
    private static let sizeBytesMax = 8192

    @Option(
        help: ArgumentHelp(
            """
            A file with the token or the service credential that the server is to be shown. (environment, for the token \
            itself: \(CredentialOptions.variable))
            """,
            valueName: "file"))
    var credentialFile: String?

    /// Whether there is one, good or not.
    func isGiven(environment: [String: String] = ProcessInfo.processInfo.environment) -> Bool {
        credentialFile != nil || environment[Self.variable]?.isEmpty == false
    }

    /// The token; nil where none is given.
    ///
    /// - Throws: `InputError`.
    func credential(
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(InputError) -> String? {
        if let path = credentialFile { return try Self.token(read(path), source: path) }
        guard let text = environment[Self.variable], !text.isEmpty else { return nil }
        return try Self.token(text, source: Self.variable)
    }

    private func read(_ path: String) throws(InputError) -> String {
        do throws(FileDescriptorReader.Failure) {
            let bytes = try FileDescriptorReader(path: path).read(upTo: Self.sizeBytesMax)
            return String(decoding: bytes ?? [], as: UTF8.self)
        } catch {
            throw .fileUnreadable(path: path, reason: error.description)
        }
    }

    /// The text without the line's end behind it. What is wrong with it is said without repeating it.
    private static func token(_ text: String, source: String) throws(InputError) -> String {
        let token = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !token.isEmpty else { throw .credentialUnusable(source: source, reason: "it is empty") }
        guard token.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw .credentialUnusable(source: source, reason: "one word of visible ASCII characters is wanted")
        }
        return token
    }
}
