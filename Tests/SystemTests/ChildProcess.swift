import Foundation
import Synchronization

/// A program that was started, with what it writes.
///
/// Not by Foundation's `Process`: while that looks for open files it reads beyond the end of a buffer, and crashes the tests now
/// and then (swift-corelibs-foundation, pull request 5472).
struct ChildProcess {
    struct NotStarted: Error {
        let code: Int32
    }

    /// One at a time: nobody shall inherit the other one's pipes.
    private static let turn = Mutex(())
    /// What a thread of ours may block or ignore, and the program must not.
    private static let signals = [SIGINT, SIGTERM, SIGPIPE, SIGHUP, SIGQUIT]

    let identifier: Int32
    let output: FileHandle
    let errors: FileHandle

    /// - Parameter input: nil for nothing.
    /// - Throws: `NotStarted`. A program that is not there exits with 127.
    init(
        _ program: String, _ arguments: [String], environment: [String: String], in folder: String, input: FileHandle?
    ) throws {
        self = try Self.turn.withLock { _ in
            let (output, errors) = (try Self.pipe(), try Self.pipe())
            defer {
                close(output.write)
                close(errors.write)
            }
            var actions = posix_spawn_file_actions_t()
            posix_spawn_file_actions_init(&actions)
            defer { posix_spawn_file_actions_destroy(&actions) }
            if let input {
                posix_spawn_file_actions_adddup2(&actions, input.fileDescriptor, STDIN_FILENO)
            } else {
                posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
            }
            posix_spawn_file_actions_adddup2(&actions, output.write, STDOUT_FILENO)
            posix_spawn_file_actions_adddup2(&actions, errors.write, STDERR_FILENO)
            for descriptor in Self.openDescriptors where descriptor > STDERR_FILENO {
                posix_spawn_file_actions_addclose(&actions, descriptor)
            }
            let identifier = try Self.spawn(
                // Swift does not import the action that changes the folder.
                "/usr/bin/env", ["env", "-C", folder, program] + arguments, environment, &actions)
            return Self(identifier, output.read, errors.read)
        }
    }

    private init(_ identifier: Int32, _ output: Int32, _ errors: Int32) {
        self.identifier = identifier
        self.output = FileHandle(fileDescriptor: output, closeOnDealloc: true)
        self.errors = FileHandle(fileDescriptor: errors, closeOnDealloc: true)
    }

    private static func spawn(
        _ path: String, _ arguments: [String], _ environment: [String: String],
        _ actions: inout posix_spawn_file_actions_t
    ) throws(NotStarted) -> Int32 {
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var (none, standard) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        sigemptyset(&standard)
        for signal in signals { sigaddset(&standard, signal) }
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &standard)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))
        var identifier: Int32 = 0
        let code = withCStrings(arguments) { arguments in
            withCStrings(environment.map { "\($0.key)=\($0.value)" }) { environment in
                posix_spawn(&identifier, path, &actions, &attributes, arguments, environment)
            }
        }
        guard code == 0 else { throw NotStarted(code: code) }
        return identifier
    }

    private static func withCStrings<Value>(
        _ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Value
    ) -> Value {
        let copies = texts.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        return body(copies + [nil])
    }

    /// Ours, which programs do not inherit but as their outputs.
    private static func pipe() throws(NotStarted) -> (read: Int32, write: Int32) {
        var ends: [Int32] = [0, 0]
        guard Foundation.pipe(&ends) == 0 else { throw NotStarted(code: errno) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    private static var openDescriptors: [Int32] {
        let names = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
        return (names ?? []).compactMap { Int32($0) }
    }

    /// Waits for the end, and collects the process: its number may be somebody else's from then on.
    ///
    /// - Returns: the status as waitpid(2) has it.
    func wait() -> Int32 {
        var status: Int32 = 0
        while waitpid(identifier, &status, 0) < 0, errno == EINTR {}
        return status
    }
}
