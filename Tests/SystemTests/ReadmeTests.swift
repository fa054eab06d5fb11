import EventLog
import Foundation
import Testing
import VerdictTesting

/// Every command of the README, run as a stranger would, against a server on a port of its own.
@Suite struct ReadmeTests {
    static let repository = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The blocks that are marked as shell commands, from top to bottom.
    private func commands() throws -> [String] {
        let readme = try String(contentsOf: Self.repository.appending(path: "README.md"), encoding: .utf8)
        return readme.components(separatedBy: "```sh\n").dropFirst()
            .compactMap { $0.components(separatedBy: "\n```").first }
    }

    @Test("every command of the README does what it says")
    func everyCommand() async throws {
        let server = try await ServerProcess()
        let commands = try commands()
        #expect(commands.count >= 15)
        // The README speaks of the default port, of a program on the path, and of the repository as the folder.
        let script = """
            set -euo pipefail
            cd '\(Self.repository.path)'
            verdict() { '\(VerdictProcess.program.path)' "$@"; }
            export VERDICT_BINARY='\(VerdictProcess.program.path)' VERDICT_DATA='\(server.dataPath)'
            export VERDICT_PASSWORD_COST=4 TMPDIR='\(server.directory.path)'
            \(commands.map { "echo; echo '### block'; \($0)" }.joined(separator: "\n"))
            """
            .replacing("http://127.0.0.1:8001", with: server.address)
            .replacing("/tmp/block-1.zip", with: server.directory.file("block-1.zip"))
            .replacing("/tmp/verdict-backup", with: server.directory.file("backup"))
            .replacing("/tmp/verdict-restored", with: server.directory.file("restored"))
            .replacing("/tmp/made-up", with: server.directory.file("made-up"))
            .replacing("/tmp/events.jsonl", with: server.directory.file("events.jsonl"))
            .replacing("/tmp/imported", with: server.directory.file("imported"))
            .replacing("/tmp/earlier", with: server.directory.file("earlier"))
            .replacing("Tools/demo\n", with: "Tools/demo --server \(server.address)\n")
            .replacing("demo-analyses.jsonl", with: "demo-analyses.jsonl --server \(server.address)")
            // A stranger types the passwords.
            .replacing("verdict user password admin", with: "echo 'of an administrator' | verdict user password admin")
            .replacing("verdict user add alice", with: "echo 'the words of alice' | verdict user add alice")
            .replacing("read -rsp \"Password of alice: \" password", with: "password='the words of alice'")
            // A stranger ends the stream with Ctrl-C.
            .replacing("curl -sN ", with: "curl -sN --max-time 1 ")
            .replacing("session_id=$session\"\n", with: "session_id=$session\" || true\n")
        let report = try await Shell.run(script)
        #expect(report.exit == .success, "\(report.output)\n\(report.errors)")
        let expected = [
            #""status":"success","decision_id":"block-1""#, #""total_pending":1"#, #""action":"approved""#,
            #""resolved_by":"alice@example.org""#, #""total_approved":1"#, "event: connected",
            "event: decision_pending",
            "6 alerts: 6 enqueued", "admin has a new password", "alice is registered, as analyst",
            #""username":"alice","email":"alice@example.org""#, #""total_submitted":3,"pending_decisions":3"#,
            #"{"analysis_id":"CANDI-5f1c0a77d2b94e10","incident_id":"INC-20260115-0001""#, #""decided_by":"alice""#,
            #""approved_actions":["block_ip","escalate_to_soc"]"#,
            #""event_description":"alice@example.org approves block_ip on 192.0.2.7""#, "entry_id,timestamp,position",
            "status: \"pending\" -> \"approved\"", "Summary,1,value,10", "decision/block-1: all 3 events are among the",
            "events are as they were published by", "/backup: a backup of", "/restored: the log up to event",
            "USAGE: verdict serve", "verdict 1.0.0", "USAGE: verdict gateway",
            "operator:alice@example.org  known scanner, block it", " events, as they were exported",
            "/earlier: 3 events, up to 20", "Everything is as it should be.", "5000 events of ",
        ]
        for text in expected {
            #expect(report.output.contains(text), "the README's commands do not print \(text)")
        }
        let types = try server.log.events().map(\.type)
        let submitted = "decision.submitted.v1"
        #expect(
            types == [submitted, "session.opened.v1", "decision.approved.v1"]
                + Array(repeating: submitted, count: 9) + ["decision.approved.v1"])
    }
}

/// A script that is run to its end.
private enum Shell {
    static func run(_ script: String) async throws -> VerdictProcess.Report {
        let process = try VerdictProcess(["-c", script], program: URL(fileURLWithPath: "/bin/bash"))
        return await process.report
    }
}
