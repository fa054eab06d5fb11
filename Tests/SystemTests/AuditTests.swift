import EventLog
import Foundation
import Testing
import VerdictTesting

/// The audit with the real program.
@Suite("Asking the record")
struct AuditTests {
    private static let audit = "/api/v1/audit"

    /// A session of alice, an approved and a rejected decision, and one that waits.
    private static func furnish(_ client: ServerClient) async throws {
        let api = ServerClient.api
        for id in ["d1", "d2", "d3"] {
            _ = try await client.post(
                "\(api)/test/enqueue", ["decision_id": .string(id), "metadata": ["user_email": "a@b.c"]])
        }
        let session = try await client.post("\(api)/session/create", ["operator_id": "alice"])["session_id"] ?? .null
        _ = try await client.post("\(api)/decision/d1/approve", ["session_id": session, "comment": "fine"])
        _ = try await client.post("\(api)/decision/d2/reject", ["session_id": session, "reason": "not this one"])
    }

    /// The files of a data directory that a reader must leave as they are, with what is in them.
    private static func files(_ path: String) throws -> [String: Data] {
        let names = try FileManager.default.contentsOfDirectory(atPath: path).filter { $0.hasPrefix("audit.db") }
        return try Dictionary(
            uniqueKeysWithValues: names.filter { !$0.hasSuffix("-shm") }.map {
                ($0, try Data(contentsOf: URL(fileURLWithPath: "\(path)/\($0)")))
            })
    }

    @Test("report and history of a directory are those of its server, while it runs and after", .timeLimit(.minutes(1)))
    func commands() async throws {
        let server = try await ServerProcess()
        try await Self.furnish(server.client)
        let report = try await server.client.get("\(Self.audit)/report")
        let story = try await server.client.get("\(Self.audit)/decisions/d2")
        #expect(report.status == 200)
        let before = try Self.files(server.dataPath)
        func check(_ moment: Comment) async throws {
            let printed = try await VerdictProcess.run(["report", "--data", server.dataPath])
            #expect(printed.exit == .success, "\(moment) \(printed.errors)")
            #expect(Array(printed.output.utf8) == report.bytes, moment)
            let history = try await VerdictProcess.run(["history", "d2", "--json", "--data", server.dataPath])
            #expect(history.output == story.text + "\n", moment)
            let text = try await VerdictProcess.run(["history", "d2", "--data", server.dataPath])
            #expect(text.output.contains("said: not this one"), moment)
        }
        try await check("beside the server")
        #expect(try Self.files(server.dataPath) == before)
        await server.terminate()
        try await check("after the server")
        for name in ["audit.db", "audit.db-wal", "audit.db-shm"] {
            try? FileManager.default.removeItem(atPath: "\(server.dataPath)/\(name)")
        }
        try await check("without an index")
        #expect(!FileManager.default.fileExists(atPath: "\(server.dataPath)/audit.db"))
    }

    @Test("every form of the report goes to a file, and what cannot be is said", .timeLimit(.minutes(1)))
    func forms() async throws {
        let server = try await ServerProcess()
        try await Self.furnish(server.client)
        await server.terminate()
        for (form, beginning) in [
            ("json", "{\"report_id\""), ("csv", "section,row,column,value"), ("html", "<!DOCTYPE html>"),
        ] {
            let path = server.directory.file("report.\(form)")
            let report = try await VerdictProcess.run([
                "report", "--data", server.dataPath, "--format", form, "--output", path, "--start", "2026-01-01",
            ])
            #expect(report.exit == .success, "\(report.errors)")
            #expect(report.output.isEmpty)
            #expect(try String(contentsOfFile: path, encoding: .utf8).hasPrefix(beginning))
        }
        for (arguments, reason) in [
            (["report", "--data", "/nowhere"], "/nowhere holds no log"),
            (["history", "nope", "--data", server.dataPath], "there is no decision nope in this log"),
            (
                ["report", "--data", server.dataPath, "--output", "/nowhere/report"],
                "/nowhere/report cannot be written"
            ),
            (["report", "--start", "soon"], "The value 'soon' is invalid"),
            (["report", "--start", "2026-02-01", "--end", "2026-01-01"], "--end is before --start"),
        ] {
            let report = try await VerdictProcess.run(arguments)
            #expect(report.exit != .success)
            #expect(report.errors.contains(reason), "\(report.errors)")
        }
    }

    @Test(
        "what was acknowledged before a kill is in the audit after it, with the index that was left",
        .timeLimit(.minutes(1)))
    func killed() async throws {
        var server = try await ServerProcess()
        try await Self.furnish(server.client)
        let before = try await server.client.get("\(Self.audit)/events?format=csv")
        #expect(before.text.contains("not this one"))
        _ = try await server.client.post("\(ServerClient.api)/test/enqueue", ["decision_id": "d4"])
        await server.kill()
        server = try await server.startAgain()
        let entries = try await server.client.get("\(Self.audit)/events?decision_id=d4")["total_entries"]
        #expect(entries == 2)
        let after = try await server.client.get("\(Self.audit)/events?format=csv&sort_order=asc&limit=9")
        let lines = before.text.split(separator: "\r\n")
        #expect(after.text.split(separator: "\r\n").dropFirst() == lines.dropFirst().reversed().prefix(9)[...])
        #expect(await server.terminate().exit == .success)
    }

    @Test("an export that nobody reads holds up nothing, and is given up when its reader goes", .timeLimit(.minutes(1)))
    func unread() async throws {
        let server = try await ServerProcess()
        let client = server.client
        let note = JSON.string(String(repeating: "n", count: 8000))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<600 {
                group.addTask {
                    let body: JSON = ["decision_id": .string("d\(number)"), "metadata": ["note": note]]
                    _ = try await client.post("\(ServerClient.api)/test/enqueue", body)
                }
            }
            try await group.waitForAll()
        }
        for isLast in [false, true] {
            let deaf = try RawConnection(port: server.port, receiveSizeBytes: 4096)
            try deaf.get("\(Self.audit)/events?format=ndjson")
            #expect(await deaf.receive(until: "entry_id").contains("HTTP/1.1 200 OK"))
            // The rest does not fit into the buffers between.
            #expect(try await client.get("\(Self.audit)/events?limit=1")["total_entries"] == 1200)
            if isLast {
                let stop = await server.terminate()
                #expect(stop.exit == .success)
                #expect(stop.duration < .seconds(5))
            }
        }
    }
}
