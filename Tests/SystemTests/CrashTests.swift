import Foundation
import Testing

/// `Tools/crash` on a few of its points; alone it tries all of them.
@Suite struct CrashTests {
    @Test("a sample of killed and failing calls, and a jumping clock, is survived", .timeLimit(.minutes(5)))
    func sample() async throws {
        let script = """
            export VERDICT_BINARY='\(VerdictProcess.program.path)'
            exec '\(ReadmeTests.repository.path)/Tools/crash' --sample 7 1 \\
                --scenario append --scenario start-after-kill --scenario backup --scenario shutdown --scenario clock
            """
        let report = try await VerdictProcess(
            ["-c", script], program: URL(fileURLWithPath: "/bin/bash"),
            lifetimeSecondsMax: VerdictProcess.toolLifetimeSecondsMax
        ).report
        #expect(report.exit.code == 0, "\(report.output)\n\(report.errors)")
        #expect(report.output.contains("all is well"))
        // A point that the timers have moved out of reach is tried in vain, and another one in its place.
        #expect(report.output.contains(" tried, 4 survived"), "\(report.output)")
    }
}
