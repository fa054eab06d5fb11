import EventLog
import Foundation
import GRDB
import Testing
import VerdictTesting

@Suite("verdict generate", .timeLimit(.minutes(1)))
struct GenerateTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func generate(_ name: String, _ arguments: String...) async throws -> VerdictProcess.Report {
        try await VerdictProcess.run(["generate", "--data", directory.file(name)] + arguments)
    }

    private func log(_ name: String) -> LogFile { LogFile(path: directory.file(name) + "/events.db") }

    @Test("the same seed makes the same bytes, another one another log; both have as many events as asked for")
    func seeds() async throws {
        for (name, seed) in [("one", "7"), ("two", "7"), ("three", "8")] {
            let report = try await generate(name, "--events", "1201", "--seed", seed)
            #expect(report.exit == .success, "\(report.errors)")
            #expect(report.output.contains("1201 events of "))
            #expect(try log(name).allEvents().count == 1201)
            #expect(try log(name).isSound())
        }
        let files = try ["one", "two", "three"].map { name in
            try Data(contentsOf: URL(fileURLWithPath: directory.file(name) + "/events.db"))
        }
        #expect(files[0] == files[1])
        #expect(files[0] != files[2])
    }

    @Test("a log of few events has as many, be they only its first people", arguments: [1, 2, 9, 42, 43])
    func small(events: Int) async throws {
        #expect(try await generate("data", "--events", String(events)).exit == .success)
        #expect(try log("data").allEvents().count == events)
    }

    @Test("it holds everything that can happen, and a server shows it as a fold of the log does, without dead letters")
    func isServed() async throws {
        #expect(try await generate("data", "--events", "6000", "--operators", "12").exit == .success)
        let types = Set(try log("data").allEvents().map(\.type))
        let expected =
            [
                "submitted", "approved", "rejected", "escalated", "sla_warned", "timed_out", "cancelled", "executed",
                "execution_failed",
            ].map { "decision.\($0).v1" } + [
                "session.opened.v1", "session.closed.v1", "login.opened.v1", "login.closed.v1",
            ]
        #expect(types.isSuperset(of: expected), "\(Set(expected).subtracting(types)) are missing")

        let server = try await ServerProcess(in: directory, dataPath: directory.file("data"))
        // The deadlines of what was left open are long over, which the clock says in its own time.
        try await wait {
            try await server.client.get("\(ServerClient.api)/pending")["by_status"]?["pending"] == 0
        }
        let fold = LogFold(try server.log.events())
        #expect(fold.doubled.isEmpty)
        let differences = try await server.client.differences(from: fold)
        #expect(differences == [], "\(differences)")
        await server.terminate()
        let views = try DatabaseQueue(path: directory.file("data") + "/views.db")
        #expect(try await views.read { try String.fetchAll($0, sql: "SELECT reason FROM dead_letters") } == [])
    }

    @Test("a folder in which something lies is refused and left alone", arguments: ["events.db", "notes.txt"])
    func notEmpty(name: String) async throws {
        try FileManager.default.createDirectory(atPath: directory.file("data"), withIntermediateDirectories: false)
        let path = directory.file("data/\(name)")
        try "something".write(toFile: path, atomically: true, encoding: .utf8)
        let report = try await generate("data", "--events", "10")
        #expect(report.exit.code == 1)
        #expect(report.errors.contains("is not empty, it holds \(name)"), "\(report.errors)")
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "something")
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.file("data")) == [name])
    }

    @Test("cut off, it leaves nothing that a server takes for a record; repeated, it is whole")
    func cutOff() async throws {
        let path = directory.file("data")
        let generating = try VerdictProcess(["generate", "--events", "100000000", "--data", path])
        try await wait { FileManager.default.fileExists(atPath: path + "/events.db.unfinished") }
        generating.send(SIGKILL)
        _ = await generating.exit
        #expect(!FileManager.default.fileExists(atPath: path + "/events.db"))
        let refused = try await VerdictProcess.run(["serve", "--port", "0", "--data", path])
        #expect(refused.exit.code == 1)
        #expect(refused.errors.contains("holds a log that was not finished"), "\(refused.errors)")
        #expect(try await generate("data", "--events", "100").exit == .success)
        let names = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
        #expect(names == ["events.db", "verdict.lock"])
        #expect(try log("data").allEvents().count == 100)
    }

    @Test(
        "numbers that make no sense are refused before anything is made",
        arguments: [
            ["--events", "0"], ["--events", "10", "--operators", "0"], ["--events", "10", "--seed", "-1"], [],
        ])
    func numbers(arguments: [String]) async throws {
        let report = try await VerdictProcess.run(["generate", "--data", directory.file("data")] + arguments)
        #expect(report.exit.code == 64)
        #expect(!FileManager.default.fileExists(atPath: directory.file("data")))
    }
}
