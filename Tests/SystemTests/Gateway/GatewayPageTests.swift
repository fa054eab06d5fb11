import Foundation
import Testing
import VerdictTesting

/// What `Sources/gateway.md` promises, run as a stranger would.
@Suite struct GatewayPageTests {
    private static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    @Test(
        "one command starts the pair, every command of the page works with it, and SIGTERM stops both",
        .timeLimit(.minutes(1)))
    func page() async throws {
        let directory = try TemporaryDirectory()
        let (port, gatewayPort) = (try GatewayProcess.freePort(), try GatewayProcess.freePort())
        let script = Self.repository.appending(path: "Tools/serve-gateway").path
        let pair = try VerdictProcess(
            ["--port", "\(port)", "--gateway-port", "\(gatewayPort)", "--data", directory.file("data")],
            environment: ["VERDICT_BINARY": VerdictProcess.program.path], in: directory.path,
            program: URL(fileURLWithPath: script))
        #expect(await pair.output.wait(for: "verdict 1.0.0 listens on http://127.0.0.1:\(port)"))
        #expect(await pair.output.wait(for: "gateway listens on http://127.0.0.1:\(gatewayPort)"))

        let page = try String(
            contentsOf: Self.repository.appending(path: "Sources/gateway.md"), encoding: .utf8)
        let commands = page.components(separatedBy: "```sh\n").dropFirst()
            .compactMap { $0.components(separatedBy: "\n```").first }
        #expect(commands.count == 4)
        let pageScript = """
            set -euo pipefail
            verdict() { '\(VerdictProcess.program.path)' "$@"; }
            \(commands.joined(separator: "\necho\n"))
            """
            .replacing("http://127.0.0.1:8001", with: "http://127.0.0.1:\(port)")
            .replacing("http://127.0.0.1:3000", with: "http://127.0.0.1:\(gatewayPort)")
            // A stranger ends the stream with Ctrl-C.
            .replacing("curl -sN ", with: "curl -sN --max-time 3 ")
            .replacing("session_id=$session\"\n", with: "session_id=$session\" || true\n")
        let report = try await VerdictProcess(["-c", pageScript], program: URL(fileURLWithPath: "/bin/bash")).report
        #expect(report.exit == .success, "\(report.output)\n\(report.errors)")
        for text in [
            "event: connected", "\"operator_id\":\"alice@example.org\"", "\"status\":\"ready\"",
            "USAGE: verdict gateway",
        ] {
            #expect(report.output.contains(text), "the page's commands do not print \(text)")
        }

        pair.send(SIGTERM)
        #expect(await pair.exit == .success)
        for free in [port, gatewayPort] { #expect(throws: (any Error).self) { try RawConnection(port: free) } }
    }
}
