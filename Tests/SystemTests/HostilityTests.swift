import Foundation
import Testing

/// `Tools/hostile` with few attackers; alone it comes with all of them.
@Suite struct HostilityTests {
    @Test(
        "whoever attacks changes nothing, breaks nothing and leaves nothing behind", .timeLimit(.minutes(5)),
        arguments: [
            ["slow-headers", "slow-bodies", "silent", "never-leaving"],
            ["many-connections", "vanished-streams", "storm"],
            ["stopped-readers", "deaf-readers"], ["pipelined-and-unread", "flood"], ["extreme-numbers"],
            ["cut-everywhere", "random-bytes", "mutated-requests"],
            ["strange-requests", "socket-frames", "expected-and-granted"],
        ])
    func quick(trials: [String]) async throws {
        let script = """
            export VERDICT_BINARY='\(VerdictProcess.program.path)'
            exec '\(ReadmeTests.repository.path)/Tools/hostile' --quick --seed 7 \
            \(trials.map { "--trial \($0)" }.joined(separator: " "))
            """
        let report = try await VerdictProcess(
            ["-c", script], program: URL(fileURLWithPath: "/bin/bash"),
            lifetimeSecondsMax: VerdictProcess.toolLifetimeSecondsMax
        ).report
        #expect(report.exit.code == 0, "\(report.output)\n\(report.errors)")
        #expect(report.output.contains("\(trials.count) trials, all is well"), "\(report.output)")
    }
}
