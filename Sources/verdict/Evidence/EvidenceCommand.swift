import ArgumentParser
import AsyncHTTPClient
import EventLog
import Foundation
import NIOCore
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

    func run() async throws {
        let http = HTTPClient(eventLoopGroupProvider: .singleton)
        let result: Result<ByteBuffer, any Error>
        do {
            result = .success(try await bundle(http))
        } catch {
            result = .failure(error)
        }
        try await http.shutdown()
        let bytes = try result.get()
        try Data(bytes.readableBytesView).write(to: URL(fileURLWithPath: output))
        print("\(output): the evidence of \(id), \(bytes.readableBytes) bytes")
    }

    private func bundle(_ http: HTTPClient) async throws -> ByteBuffer {
        let name = id.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? id
        let request = HTTPClientRequest(url: "\(server.text)/api/v1/evidence/decisions/\(name)")
        let response: HTTPClientResponse
        do {
            response = try await http.execute(request, timeout: .seconds(60))
        } catch {
            throw EvidenceCommandError.noServer(server, reason: "\(error)")
        }
        let body = try await response.body.collect(upTo: Self.sizeBytesMax)
        guard response.status == .ok else {
            let detail = (try? JSONParser.parse(Array(body.readableBytesView)))?["detail"]?.stringValue
            throw EvidenceCommandError.unexpected(
                server, status: Int(response.status.code), reason: detail ?? response.status.reasonPhrase)
        }
        return body
    }
}
