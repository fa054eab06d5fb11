import EventLog
import Foundation
import NIOHTTP1
import Testing
import VerdictTesting

@Suite("Backup and restore, with the real program", .timeLimit(.minutes(1)))
struct BackupTests {
    private static let clients = 6

    private static func backUp(
        _ server: ServerProcess, to target: String, _ arguments: [String] = []
    ) throws -> VerdictProcess {
        try VerdictProcess(["backup", target, "--data", server.dataPath] + arguments)
    }

    private static func restore(_ backup: String, to data: String) async throws -> VerdictProcess.Report {
        try await VerdictProcess.run(["restore", backup, "--data", data])
    }

    @Test("under load by several clients: ends, is proven, and gives back every event up to its position")
    func underLoad() async throws {
        let server = try await ServerProcess()
        let pad = JSON.string(String(repeating: "x", count: 20_000))
        for number in 0..<30 { _ = try await server.client.enqueue("before\(number)", ["pad": pad]) }
        let backup = server.directory.file("backup")
        let report = try await Load.run(Self.clients, on: server) { load in
            // Slow enough for thousands of commands while it copies.
            let process = try Self.backUp(server, to: backup, ["--rate", "1"])
            try await wait { FileManager.default.fileExists(atPath: backup + "/events.db.unfinished") }
            let before = load.acknowledged
            let report = await process.report
            #expect(load.acknowledged > before, "the server goes on meanwhile")
            return report
        }
        #expect(report.exit == .success, "\(report.errors)")
        #expect(report.output.contains("a backup of \(server.dataPath) up to event "))
        #expect(report.errors.isEmpty)
        let log = try server.log.allEvents()
        await server.kill()

        let restored = server.directory.file("restored")
        let restoring = try await Self.restore(backup, to: restored)
        #expect(restoring.exit == .success, "\(restoring.errors)")
        #expect(restoring.output.contains("It agrees with every checkpoint that was published of it until then."))
        let kept = try LogFile(path: restored + "/events.db").allEvents()
        #expect(kept.count >= 31 && kept.count < log.count)
        #expect(kept == Array(log.prefix(kept.count)))
        #expect(restoring.output.contains("the log up to event \(kept.count), from the backup"))

        let verified = try await VerdictProcess.run(["verify", "--data", restored])
        #expect(verified.exit == .success, "\(verified.output)\(verified.errors)")

        let again = try await ServerProcess(in: server.directory, dataPath: restored)
        try await Self.expectRestored(again, kept)
    }

    /// The server on the restored log goes on with it, says what it lacks, and tells those who have seen more.
    private static func expectRestored(_ server: ServerProcess, _ kept: [LogFile.Event]) async throws {
        let position = kept.count
        let notice = try await server.client.get("/readyz")
        #expect(notice.status == 200)
        #expect(notice["notice"]?.stringValue?.hasSuffix("acknowledged after event \(position) is not in it") == true)
        #expect(await server.process.errors.wait(for: "acknowledged after event \(position) is not in it"))
        let events = try server.log.allEvents()
        #expect(Array(events.prefix(position)) == kept)
        #expect(events[position].type == "log.restored.v1")
        #expect(events[position].stream == "log/restore")
        #expect(events[position].data["position"]?.numberValue?.int == position)
        #expect(try await server.client.differences(from: LogFold(server.log.events())) == [])

        let session = try await server.client.openSession("alice@host")
        var stream = try await server.client.stream(
            "\(ServerClient.api)/stream/alice@host?session_id=\(session)",
            headers: ["Last-Event-ID": "dec_gone_\(position + 5000)"])
        let told = try await stream.events { $0.name == "system_message" }.last
        #expect(told?["message"]?.stringValue?.contains("what came after it is lost") == true)
        #expect(try await server.client.get("/metrics").text.contains("verdict_readers_beyond_end_total 1"))
        #expect(try await server.client.enqueue("after").status == 200)
        await server.terminate()
        #expect(try await VerdictProcess.run(["verify", "--evidence", "--data", server.dataPath]).exit == .success)
        #expect(try server.log.isSound())
    }

    @Test("kill -9 while a backup is made: what is left is no backup, is not served, and is said to be unfinished")
    func killed() async throws {
        let server = try await ServerProcess()
        let pad = JSON.string(String(repeating: "x", count: 20_000))
        for number in 0..<30 { _ = try await server.client.enqueue("d\(number)", ["pad": pad]) }
        for (round, milestone) in ["events.db.unfinished", "keys", "restored.unfinished/events.db.unfinished"]
            .enumerated()
        {
            let backup = server.directory.file("backup\(round)")
            let process = try Self.backUp(server, to: backup, ["--rate", "0.5"])
            try await wait { FileManager.default.fileExists(atPath: "\(backup)/\(milestone)") }
            process.send(SIGKILL)
            #expect(await process.exit == .killed)
            #expect(!FileManager.default.fileExists(atPath: backup + "/backup.json"))
            #expect(!FileManager.default.fileExists(atPath: backup + "/events.db"))
            let restored = server.directory.file("restored\(round)")
            let refused = try await Self.restore(backup, to: restored)
            #expect(refused.exit.code == 1)
            #expect(refused.errors.contains("is no finished backup"))
            #expect(!FileManager.default.fileExists(atPath: restored))
            let served = try await VerdictProcess.run(["serve", "--port", "0", "--data", backup])
            #expect(served.exit.code == 1)
            #expect(served.errors.contains("holds a log that was not finished (events.db.unfinished)"))
            let again = try await Self.backUp(server, to: backup).report
            #expect(again.exit.code == 1)
            #expect(again.errors.contains("is not empty"))
        }
        #expect(try await server.client.enqueue("after").status == 200)
        let whole = try await Self.backUp(server, to: server.directory.file("whole"), ["--rate", "0"]).report
        #expect(whole.exit == .success)
    }

    @Test("a backup is not served as it stands, and one that was changed is not restored")
    func damaged() async throws {
        let server = try await ServerProcess()
        _ = try await server.client.enqueue("d1")
        let backup = server.directory.file("backup")
        #expect(try await Self.backUp(server, to: backup).report.exit == .success)
        let served = try await VerdictProcess.run(["serve", "--port", "0", "--data", backup])
        #expect(served.exit.code == 1)
        #expect(served.errors.contains("verdict restore \(backup) --data DIR"))
        try LogInWrongHands(backup + "/events.db").tamper(
            "UPDATE events SET actor = 'agent:mallory' WHERE position = 2")
        let refused = try await Self.restore(backup, to: server.directory.file("restored"))
        #expect(refused.exit.code == 1)
        #expect(refused.errors.contains("events.db is not the file that was written"))
        #expect(!FileManager.default.fileExists(atPath: server.directory.file("restored")))
    }

    @Test("a backup that is asked about its record stays as it was made")
    func asked() async throws {
        let server = try await ServerProcess()
        _ = try await server.client.enqueue("d1")
        let backup = server.directory.file("backup")
        #expect(try await Self.backUp(server, to: backup).report.exit == .success)
        func files() throws -> [String: Data] {
            let names = try FileManager.default.contentsOfDirectory(atPath: backup).filter { !$0.hasSuffix("tile") }
            return Dictionary(
                uniqueKeysWithValues: names.map {
                    ($0, FileManager.default.contents(atPath: "\(backup)/\($0)") ?? Data())
                })
        }
        let before = try files()
        for question in [["history", "d1"], ["report"], ["events"], ["verify"]] {
            let answer = try await VerdictProcess.run(question + ["--data", backup])
            #expect(answer.exit == .success, "\(question): \(answer.output) \(answer.errors)")
            #expect(try files() == before, "\(question)")
        }
        #expect(try await Self.restore(backup, to: server.directory.file("restored")).exit == .success)
    }

    @Test("nothing is written where nothing may be, and the reason is said")
    func unwritable() async throws {
        let server = try await ServerProcess()
        for target in ["/proc/backup", "/dev/null/backup"] {
            let refused = try await Self.backUp(server, to: target).report
            #expect(refused.exit.code == 1)
            #expect(refused.errors.contains("cannot be written"), "\(refused.errors)")
        }
        let wrong = try await VerdictProcess.run(["backup", server.directory.file("b"), "--data", "/nowhere"])
        #expect(wrong.exit.code == 1 && wrong.errors.contains("/nowhere holds no log"))
        let slow = try await Self.backUp(server, to: server.directory.file("b"), ["--rate=-1"]).report
        #expect(slow.exit.code != 0 && slow.errors.contains("--rate must be 0 or more"))
    }

    @Test(
        "a disk that is full: the reason is said, and nothing is left of the copy",
        .enabled(if: SmallDisk.isPermitted, "mounting a small disk is not permitted here"))
    func full() async throws {
        let server = try await ServerProcess()
        let pad = JSON.string(String(repeating: "x", count: 20_000))
        for number in 0..<60 { _ = try await server.client.enqueue("d\(number)", ["pad": pad]) }
        // Too small for the copy itself, and too small for what is restored of it.
        for megabytes in [1, 2] {
            let disk = try SmallDisk(sizeMegabytes: megabytes)
            let report = try await Self.backUp(server, to: disk.path + "/backup").report
            #expect(report.exit.code == 1)
            #expect(
                report.errors.contains("full") || report.errors.contains("No space left"), "\(report.errors)")
            #expect(try FileManager.default.contentsOfDirectory(atPath: disk.path) == [])
        }
        let backup = server.directory.file("backup")
        #expect(try await Self.backUp(server, to: backup).report.exit == .success)
        let disk = try SmallDisk(sizeMegabytes: 1)
        let restoring = try await Self.restore(backup, to: disk.path + "/data")
        #expect(restoring.exit.code == 1 && restoring.errors.contains("No space left"), "\(restoring.errors)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: disk.path) == [])
    }

    @Test("a server that was stopped is backed up like one that runs, and the restored one answers with the same bytes")
    func sameAnswers() async throws {
        var server = try await ServerProcess()
        let history = try await History(made: server.client)
        let before = try await history.answers(of: server.client)
        await server.terminate()
        let backup = server.directory.file("backup")
        #expect(try await Self.backUp(server, to: backup).report.exit == .success)
        let restored = server.directory.file("restored")
        #expect(try await Self.restore(backup, to: restored).exit == .success)
        server = try await ServerProcess(in: server.directory, dataPath: restored)
        var after = try await history.answers(of: server.client)
        // Health says that it was restored, and the backlog ends one event later.
        #expect(after["/health"] != before["/health"])
        after["/health"] = before["/health"]
        after["backlog"] = before["backlog"]
        #expect(after == before)
    }
}
