import EventLog
import Foundation
import GRDB
import Testing
import VerdictTesting

@Suite("verdict replay", .timeLimit(.minutes(1)))
struct ReplayTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    @Test(
        "a server on the copy answers as the server did at that time, while that one goes on", arguments: [true, false])
    func travelsBack(byTime: Bool) async throws {
        let server = try await ServerProcess()
        let history = try await History(made: server.client)
        let before = try await history.answers(of: server.client)
        let last = try #require(try MadeLog.rows(server.dataPath + "/events.db").last)
        let (position, time) = (Int.fromDatabaseValue(last[0]) ?? 0, Int64.fromDatabaseValue(last[5]) ?? 0)
        let session = try await server.client.openSession("carol@host")
        for id in ["low-none", "high-none"] {
            #expect(try await server.client.act(.approve, on: id, in: session).status == 200)
        }
        let point = byTime ? Timestamp(microseconds: time).rfc3339 : String(position)
        let copy = directory.file("copy")
        let report = try await VerdictProcess.run(
            ["replay", "--as-of", point, "--into", copy, "--data", server.dataPath])
        #expect(report.exit == .success, "\(report.errors)")
        #expect(report.output.hasPrefix("\(copy): \(position) events, up to \(Timestamp(microseconds: time).rfc3339)"))
        #expect(report.output.contains("without keys and secrets"))
        let names = try FileManager.default.contentsOfDirectory(atPath: copy)
        #expect(names.contains("views.db") && !names.contains { $0.contains("key") || $0.hasPrefix("evidence") })
        #expect(try MadeLog.rows(copy + "/events.db") == MadeLog.rows(server.dataPath + "/events.db", to: position))

        let past = try await ServerProcess(dataPath: copy)
        // The views were there already.
        #expect(!past.process.errors.text.contains("were built again"))
        #expect(try await history.answers(of: past.client) == before)
        #expect(try await server.client.get("\(ServerClient.api)/decision/low-none")["status"] == "approved")
        #expect(try await past.client.get("\(ServerClient.api)/decision/low-none")["status"] == "pending")
    }

    @Test(
        "without --as-of the whole log is copied; a point outside of it, or a folder with something in it, is refused")
    func refusals() async throws {
        let log = try await MadeLog(events: 50)
        try log.appendOddities()
        let whole = try await VerdictProcess.run(["replay", "--into", directory.file("copy"), "--data", log.path])
        #expect(whole.exit == .success, "\(whole.errors)")
        #expect(try MadeLog.rows(directory.file("copy") + "/events.db") == MadeLog.rows(log.file))
        for (point, into, sentence) in [
            ("66", "other", "the log has no position 66"), ("9", "copy", "is not empty"),
            ("2025-12-31T23:59:59Z", "other", "nothing was recorded by"),
        ] {
            let report = try await VerdictProcess.run(
                ["replay", "--as-of", point, "--into", directory.file(into), "--data", log.path])
            #expect(report.exit.code == 1 && report.errors.contains(sentence), "\(report.errors)")
            #expect(!FileManager.default.fileExists(atPath: directory.file("other")))
        }
    }
}
