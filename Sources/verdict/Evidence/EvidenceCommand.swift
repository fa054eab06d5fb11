import ArgumentParser
import Foundation
import NIOHTTP1

/// `verdict evidence`
struct EvidenceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evidence",
        abstract: "Get the evidence of a decision from a running server, as a file for an auditor.",
        discussion: """
            The file is a zip: the events of the decision, their proofs, the checkpoint, the key, and a page that says how \
            to check them. `verdict check` checks it, and so does any software for C2SP transparency logs.
            """)

    /// A bundle with that many bytes is of a decision with thousands of events.
    private static let sizeBytesMax = 1 << 30

    @Argument(help: "The id of the decision.")
    var id: String

    @Option(help: ArgumentHelp("The server that has it.", valueName: "url"))
    var server = ServerAddress.standard

    @Option(name: .shortAndLong, help: ArgumentHelp("Where to write it. (default: evidence.zip)", valueName: "file"))
    var output = "evidence.zip"

    @OptionGroup var credentials: CredentialOptions

    func run() async throws {
        let credential = try credentials.credential()
        let bytes = try await ServerCaller.using(server, credential: credential, connectionsMax: 1) { caller in
            try await bundle(from: caller)
        }
        try Data(bytes).write(to: URL(fileURLWithPath: output))
        print("\(output): the evidence of \(id), \(bytes.count) bytes")
    }

    /// - Throws: `EvidenceCommandError`.
    private func bundle(from caller: ServerCaller) async throws -> [UInt8] {
        let name = id.addingPercentEncoding(withAllowedCharacters: .pathSegment) ?? id
        let reply: ServerReply
        do {
            reply = try await caller.call(
                .GET, "/api/v1/evidence/decisions/\(name)", replySizeBytesMax: Self.sizeBytesMax)
        } catch ServerCallError.unreachable(let reason) {
            throw EvidenceCommandError.noServer(server, reason: reason)
        } catch ServerCallError.broken(let reason) {
            throw EvidenceCommandError.broken(server, reason: reason)
        }
        if reply.isCallerRefused { throw EvidenceCommandError.callerRefused(server, reason: reply.reason) }
        guard reply.isSuccess else { throw EvidenceCommandError.noEvidence(server, reason: reply.reason) }
        return reply.body
    }
}
