import EventLog
import Foundation
import VerdictTesting

/// `verdict serve` on a free port and a directory of its own.
final class ServerProcess: Sendable {
    struct NotStarted: Error, CustomStringConvertible {
        let description: String
    }

    let process: VerdictProcess
    let directory: TemporaryDirectory
    /// Where the server keeps its files: the temporary directory, or a folder that a test names.
    let dataPath: String
    let port: Int

    /// What a password costs is measured elsewhere, and no test waits for it.
    private static let cheapPasswords = ["VERDICT_PASSWORD_COST": "4"]

    /// Starts a server and waits until it says where it listens.
    ///
    /// - Parameters:
    ///   - directory: that of an earlier server, to start again where that one ended.
    ///   - arguments: flags beside `--port` and `--data`.
    init(
        in directory: TemporaryDirectory? = nil, dataPath: String? = nil, _ arguments: [String] = [],
        environment: [String: String] = [:]
    ) async throws {
        let directory = try directory ?? TemporaryDirectory()
        let dataPath = dataPath ?? directory.file("data")
        self.directory = directory
        self.dataPath = dataPath
        process = try VerdictProcess(
            ["serve", "--port", "0", "--data", dataPath] + arguments,
            environment: Self.cheapPasswords.merging(environment) { _, given in given }, in: directory.path)
        guard await process.output.wait(for: "\n"), let line = process.output.lines.first,
            let port = Self.port(in: line, dataPath: dataPath)
        else {
            process.send(SIGKILL)
            throw NotStarted(description: "the server did not start: \(await process.errors.all)")
        }
        self.port = port
    }

    /// The port in `verdict 1.0.0 listens on http://127.0.0.1:PORT, data in …`.
    private static func port(in line: String, dataPath: String) -> Int? {
        let (start, end) = ("verdict 1.0.0 listens on http://127.0.0.1:", ", data in \(dataPath)")
        guard line.hasPrefix(start), line.hasSuffix(end) else { return nil }
        return Int(line.dropFirst(start.count).dropLast(end.count))
    }

    var address: String { "http://127.0.0.1:\(port)" }

    var client: ServerClient { ServerClient(address: address) }

    /// Everything that the server has recorded.
    var log: LogFile { LogFile(path: dataPath + "/events.db") }

    // MARK: Stopping

    /// Ends the process as a failure of the machine would: at once.
    func kill() async {
        process.send(SIGKILL)
        _ = await process.exit
    }

    struct Stop: Sendable {
        let exit: VerdictProcess.Exit
        let duration: Duration
    }

    /// Asks the server to stop and waits until it has.
    @discardableResult
    func terminate() async -> Stop {
        let start = ContinuousClock.now
        process.send(SIGTERM)
        let exit = await process.exit
        return Stop(exit: exit, duration: ContinuousClock.now - start)
    }

    /// A new server on the files of this one, which has to be stopped.
    func startAgain(_ arguments: [String] = []) async throws -> ServerProcess {
        try await ServerProcess(in: directory, dataPath: dataPath, arguments)
    }
}

/// Asks again and again until the condition holds, as far as the test's time goes.
func wait(until isMet: () async throws -> Bool) async throws {
    while try await !isMet() {
        try Task.checkCancellation()
        await Task.yield()
    }
}
