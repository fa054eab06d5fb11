import Foundation
import VerdictTesting

/// The real program in a process of its own, killed when nobody holds it any more.
final class VerdictProcess: Sendable {
    struct Exit: Sendable, Equatable {
        /// The status that the program returned, or the signal that ended it.
        let code: Int32
        let isSignal: Bool

        init(code: Int32, isSignal: Bool) {
            self.code = code
            self.isSignal = isSignal
        }

        /// - Parameter status: as waitpid(2) has it.
        init(status: Int32) {
            let signal = status & 0x7F
            self.init(code: signal == 0 ? (status >> 8) & 0xFF : signal, isSignal: signal != 0)
        }

        static let success = Exit(code: 0, isSignal: false)
        static let killed = Exit(code: SIGKILL, isSignal: true)
    }

    /// A program that hangs is killed after so long, before the time of its test is over: then every wait for it ends,
    /// and the test says what is missing.
    private static let lifetimeSecondsMax = 50

    /// The same for a tool that starts the program many times, in a test that has five minutes: beside other tests it gets
    /// a small part of the machine.
    static let toolLifetimeSecondsMax = 240

    let identifier: Int32
    let output: ProcessOutput
    let errors: ProcessOutput
    private let exited: Task<Exit, Never>

    /// - Parameters:
    ///   - environment: the only variables that the program sees beside `PATH`.
    ///   - folder: where the program runs.
    ///   - input: what the program reads from its standard input: nothing, unless a test says otherwise.
    ///   - program: another program than `verdict`, such as a shell that calls it.
    ///   - lifetimeSecondsMax: after so long it is killed.
    init(
        _ arguments: [String], environment: [String: String] = [:], in folder: String = NSTemporaryDirectory(),
        input: FileHandle? = nil, program: URL = VerdictProcess.program,
        lifetimeSecondsMax: Int = VerdictProcess.lifetimeSecondsMax
    ) throws {
        let child = try ChildProcess(
            program.path, arguments, environment: environment.merging(Self.environment) { given, _ in given },
            in: folder, input: input)
        let (exits, exit) = AsyncStream<Exit>.makeStream()
        Thread.detachNewThread {
            exit.yield(Exit(status: child.wait()))
            exit.finish()
        }
        exited = Task {
            for await exit in exits { return exit }
            return .killed
        }
        identifier = child.identifier
        output = ProcessOutput(child.output)
        errors = ProcessOutput(child.errors)
        DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(lifetimeSecondsMax)) { [weak self] in
            self?.send(SIGKILL)
        }
    }

    deinit {
        send(SIGKILL)
    }

    /// What every program needs, where a run that measures coverage collects what it has seen, and where one under a
    /// sanitizer what it has found.
    private static var environment: [String: String] {
        var environment = ["PATH": "/usr/bin:/bin"]
        for name in ["LLVM_PROFILE_FILE", "ASAN_OPTIONS", "TSAN_OPTIONS"] {
            environment[name] = ProcessInfo.processInfo.environment[name]
        }
        return environment
    }

    /// The `verdict` that was built with these tests: it lies beside them.
    static var program: URL {
        let tests = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
        return tests.deletingLastPathComponent().appendingPathComponent("verdict")
    }

    /// Nothing happens to a process that has ended, and whose number may belong to somebody else.
    func send(_ signal: Int32) {
        if !hasExited { kill(identifier, signal) }
    }

    /// Stops the process, and returns when all its threads stand still.
    func halt() async throws {
        send(SIGSTOP)
        try await wait {
            var information = siginfo_t()
            let result = waitid(P_PID, id_t(identifier), &information, WSTOPPED | WNOHANG)
            return result != 0 || information.si_signo == SIGCHLD
        }
    }

    /// Whether the process is gone or waits to be collected.
    private var hasExited: Bool {
        var information = siginfo_t()
        let result = waitid(P_PID, id_t(identifier), &information, WEXITED | WNOHANG | WNOWAIT)
        return result != 0 || information.si_signo == SIGCHLD
    }

    /// Waits for the end of the process.
    var exit: Exit {
        get async { await exited.value }
    }

    /// What a program that ends by itself has said.
    struct Report: Sendable {
        let exit: Exit
        let output: String
        let errors: String
    }

    /// Runs the program to its end.
    static func run(
        _ arguments: [String], environment: [String: String] = [:], in folder: String = NSTemporaryDirectory(),
        input: FileHandle? = nil
    ) async throws -> Report {
        try await VerdictProcess(arguments, environment: environment, in: folder, input: input).report
    }

    /// Waits for the end of the process and says what it has said.
    var report: Report {
        get async {
            let exit = await exit
            return Report(exit: exit, output: await output.all, errors: await errors.all)
        }
    }
}
