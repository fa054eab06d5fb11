import ArgumentParser
import EventLog
import Foundation
import GRDB
import Hummingbird
import Logging
import Migrations
import NIOCore

/// What `Tools/bench` runs beside `wrk`: the ceilings that HTTP alone and SQLite alone reach on this machine, and the loads
/// that the HITL API has to bear.
@main
struct VerdictBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verdict-bench",
        subcommands: [
            BareServer.self, RawCommits.self, HITLLoads.self, MakeHistory.self, RebuildMeasurement.self,
        ])
}

/// A Hummingbird server that parses the body of a POST by the same parser and answers a sentence: no rules, no disk.
struct BareServer: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "bare")

    func run() async throws {
        let router = Router()
        router.post("hello") { request, _ -> Response in
            let body = try await request.body.collect(upTo: 1 << 20)
            let risk = try JSONParser.parse(Array(buffer: body)).objectValue?["risk_level"] ?? .null
            var answer = JSONWriter()
            answer.object { writer in
                writer.member("status", "success")
                writer.member("risk_level", risk)
            }
            return Self.json(ByteBuffer(bytes: answer.bytes))
        }
        let ready = ByteBuffer(string: #"{"status":"success"}"#)
        router.get("hello") { _, _ in Self.json(ready) }
        var logger = Logger(label: "bare")
        logger.logLevel = .error
        let application = Application(
            router: router, configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in
                print("listens on \(channel.localAddress?.port ?? 0)")
                fflush(nil)
            },
            logger: logger)
        try await application.runService()
    }

    private static func json(_ body: ByteBuffer) -> Response {
        Response(
            status: .ok, headers: [.contentType: "application/json"], body: ResponseBody(byteBuffer: body))
    }
}

/// Appends events to the log's own schema, one transaction and one sync after the other, as fast as the disk takes them.
struct RawCommits: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "commits")

    @Argument(help: "A folder on the disk that is measured.") var folder: String
    @Option(help: "Events in one transaction.") var batch = 1
    @Option(help: "How long to measure.") var seconds = 2.0

    func run() throws {
        let pool = try DatabasePool(path: folder + "/commits-\(batch).db")
        try pool.write { database in
            for migration in Migrations.events { try database.execute(sql: migration.sql) }
        }
        let payload = String(repeating: "x", count: 600)
        let start = ContinuousClock.now
        var commits = 0
        try pool.writeWithoutTransaction { database in
            try database.execute(sql: "PRAGMA synchronous = FULL")
            let insert = try database.makeStatement(
                sql: "INSERT INTO events VALUES (?, ?, 1, 'bench', ?, 0, 'bench', ?, '{}')")
            var position = 0
            while ContinuousClock.now - start < .seconds(seconds) {
                try database.inTransaction(.immediate) {
                    for _ in 0..<batch {
                        position += 1
                        try insert.execute(arguments: [
                            position, "decision/\(1_000_000_000 + position)", Data(count: 16), payload,
                        ])
                    }
                    return .commit
                }
                commits += 1
            }
        }
        let elapsed = (ContinuousClock.now - start) / .seconds(1)
        print("\(Int(Double(commits) / elapsed)) commits/s \(Int(Double(commits * batch) / elapsed)) events/s")
    }
}
