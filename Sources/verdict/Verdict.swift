import ArgumentParser
import Foundation
import HTTPAPI

/// The command line: one file a subcommand.
@main
struct Verdict: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verdict",
        abstract: "A ledger of human decisions: programs ask, people decide, every step is kept.",
        discussion: """
            Programs (AI agents, detection engines, deploy pipelines) send what they would \
            like to do. People look at it and approve, reject or escalate. Every step is \
            an event in an append-only log on this machine's disk, and what the server \
            shows is computed from that log.

            The three things to do first:

              1. Start the server. It keeps its log in ./verdict-data.
                   verdict serve
              2. From another terminal, send it something to decide: alerts of the
                 Suricata intrusion detection system, as JSON lines.
                   verdict import suricata eve.json
              3. See what waits for a person.
                   curl http://127.0.0.1:8001/api/v1/governance/pending
            """,
        version: "verdict \(Banner.version)",
        subcommands: [
            ServeCommand.self, GatewayCommand.self, UserCommandGroup.self, RotateKeysCommand.self, ImportCommand.self,
            EvidenceCommand.self, CheckCommand.self, VerifyCommand.self, RebuildCommand.self, KeysCommand.self,
            HistoryCommand.self,
            ReportCommand.self, EventsCommand.self, ExportCommand.self, ReplayCommand.self, GenerateCommand.self,
            BackupCommand.self, RestoreCommand.self,
            VersionCommand.self,
        ])

    static func main() async {
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            // Launchers of the gateway know one code for every mistake (sse-gateway 3).
            guard CommandLine.arguments.dropFirst().first == GatewayCommand.configuration.commandName,
                exitCode(for: error) == .validationFailure
            else { exit(withError: error) }
            FileHandle.standardError.write(Data("\(fullMessage(for: error))\n".utf8))
            Foundation.exit(EXIT_FAILURE)
        }
    }
}
