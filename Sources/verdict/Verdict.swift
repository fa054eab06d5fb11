import ArgumentParser
import Dispatch
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

    /// The main thread waits and does nothing else: the one of an asynchronous `main` ends in the dispatcher, where no
    /// profiler that counts instructions can follow it.
    static func main() {
        do {
            var command = try parseAsRoot()
            guard command is any AsyncParsableCommand else { return try command.run() }
        } catch {
            end(with: error)
        }
        let done = DispatchSemaphore(value: 0)
        Task.detached {
            do {
                if var command = try parseAsRoot() as? any AsyncParsableCommand { try await command.run() }
            } catch {
                end(with: error)
            }
            done.signal()
        }
        done.wait()
    }

    private static func end(with error: any Error) -> Never {
        // Launchers of the gateway know one code for every mistake (sse-gateway 3).
        guard CommandLine.arguments.dropFirst().first == GatewayCommand.configuration.commandName,
            exitCode(for: error) == .validationFailure
        else { exit(withError: error) }
        FileHandle.standardError.write(Data("\(fullMessage(for: error))\n".utf8))
        Foundation.exit(EXIT_FAILURE)
    }
}
