import EventLog
import Foundation
import NIOHTTP1
import Testing
import VerdictTesting

@Suite("Evidence, with the real program", .timeLimit(.minutes(1)))
struct EvidenceTests {
    private static func run(_ arguments: [String]) async throws -> VerdictProcess.Report {
        try await VerdictProcess.run(arguments)
    }

    @Test("a decision is taken from the server as a file, and checked with that and the key alone")
    func bundle() async throws {
        let server = try await ServerProcess()
        let session = try await server.client.openSession("alice@host")
        _ = try await server.client.enqueue("block 1 ü")
        _ = try await server.client.act(.approve, on: "block%201%20%C3%BC", in: session)
        let key = try await Self.run(["keys", "--data", server.dataPath]).output.dropLast()
        let file = server.directory.file("bundle.zip")
        let got = try await Self.run(["evidence", "block 1 ü", "--server", server.address, "--output", file])
        #expect(got.exit == .success, "\(got.errors)")

        let checked = try await Self.run(["check", file, "--key", String(key)])
        #expect(checked.exit == .success)
        #expect(checked.output.hasPrefix("decision/block 1 ü: all 3 events are among the 4 in the log "))

        let other = try await Self.run(["keys", "make", "--origin", "other", "--data", server.directory.file("other")])
        let unproven = try await Self.run(["check", file, "--key", String(other.output.dropLast())])
        #expect(unproven.exit.code == 1 && unproven.output.hasPrefix("NOT PROVEN: "))

        let unknown = try await Self.run(["evidence", "no-such", "--server", server.address, "--output", file])
        #expect(unknown.exit.code != 0 && unknown.errors.contains("Decision not found"))
    }

    @Test("where authentication is required a bundle is for those who show a token, and for no cache between")
    func bundleUnderTokens() async throws {
        let server = try await ServerProcess(["--auth", "required"])
        let admin = try await server.client.logInFirstAdministrator()
        let submitted = try await server.client.call(
            .POST, "\(ServerClient.api)/decisions", ["decision_id": "d1"], as: admin)
        #expect(submitted.status == 200)
        let decided = try await server.client.call(
            .POST, "/api/decisions/d1/decide", ["status": "approved", "approved_actions": []], as: admin)
        #expect(decided.status == 200, "\(decided.text)")
        let arguments = ["evidence", "d1", "--server", server.address, "--output", server.directory.file("bundle.zip")]
        let refused = try await Self.run(arguments)
        #expect(refused.exit.code != 0 && refused.errors.contains("--credential-file"), "\(refused.errors)")
        let token = server.directory.file("token")
        try "\(admin)\n".write(toFile: token, atomically: true, encoding: .utf8)
        let got = try await Self.run(arguments + ["--credential-file", token])
        #expect(got.exit == .success, "\(got.errors)")
        let key = try await Self.run(["keys", "--data", server.dataPath]).output.dropLast()
        let checked = try await Self.run(["check", server.directory.file("bundle.zip"), "--key", String(key)])
        #expect(
            checked.output.contains("all 3 events"), "submitted, approved, and the login in which: \(checked.output)")
        let tile = try await server.client.call(.GET, "/tile/0/000.p/1", as: admin)
        #expect(tile.headers.first(name: "cache-control") == "private, max-age=31536000, immutable")
    }

    @Test("the whole log is verified beside the server; after an edit it is found, and the server only reads")
    func verify() async throws {
        let server = try await ServerProcess()
        for number in 1...20 { _ = try await server.client.enqueue("d\(number)") }
        await server.terminate()
        let sound = try await Self.run(["verify", "--evidence", "--data", server.dataPath])
        #expect(sound.exit == .success, "\(sound.output)\(sound.errors)")
        #expect(sound.output.contains("All 21 events are as they were published by "))
        let again = try await server.startAgain()
        #expect(try await Self.run(["verify", "--evidence", "--data", server.dataPath]).exit == .success)
        await again.kill()

        try LogInWrongHands(server.log.path).tamper("UPDATE events SET actor = 'agent:mallory' WHERE position = 4")
        let changed = try await Self.run(["verify", "--evidence", "--data", server.dataPath])
        #expect(changed.exit.code == 1)
        #expect(
            changed.output.contains(
                "WRONG: the first 21 events are not those that the last published checkpoint covers"))
        let reading = try await server.startAgain()
        try await wait { try await reading.client.get("/readyz").status == 503 }
        #expect(try await reading.client.enqueue("d21").status == 503)
        #expect(try await reading.client.get("\(ServerClient.api)/decision/d4").status == 200)
        #expect(await reading.process.errors.wait(for: "does not continue its own history"))
    }

    @Test("kill -9 while signing: no two checkpoints of one size, and none covers an event that is gone")
    func killed() async throws {
        var server = try await ServerProcess()
        var seen: [String: String] = [:]
        for round in 1...5 {
            let client = server.client
            let load = Task {
                for number in 0..<200 { _ = try? await client.enqueue("r\(round)-\(number)") }
            }
            while seen.count < 4 * round {
                let position = try server.log.allEvents().count
                guard position > 0 else { continue }
                _ = try? await client.get("/api/v1/evidence/events/\(position).tlog-proof")
                let lines = try await client.get("/checkpoint").text.split(separator: "\n").map(String.init)
                #expect(seen[lines[1], default: lines[2]] == lines[2])
                seen[lines[1]] = lines[2]
            }
            await server.kill()
            load.cancel()
            let events = try server.log.allEvents().count
            #expect(seen.keys.allSatisfy { (Int($0) ?? .max) <= events })
            server = try await server.startAgain()
        }
        #expect(try await Self.run(["verify", "--evidence", "--data", server.dataPath]).exit == .success)
    }

    @Test("a new origin is started on a stopped log only, and goes on where the old one ended")
    func rotate() async throws {
        let server = try await ServerProcess()
        _ = try await server.client.enqueue("d1")
        let held = try await Self.run(["keys", "rotate", "--data", server.dataPath])
        #expect(held.exit.code != 0 && held.errors.contains("in use by process"))
        await server.terminate()
        let old = try await Self.run(["keys", "show", "--data", server.dataPath]).output
        let rotated = try await Self.run(["keys", "rotate", "--data", server.dataPath])
        #expect(rotated.exit == .success)
        #expect(rotated.errors.contains("it follows \(old.dropLast()) (2 events)"))
        let again = try await server.startAgain()
        try await wait { try await again.client.get("/checkpoint").text.contains("\n2\n") }
        let description = try await again.client.get("/api/v1/evidence")
        #expect(description["key"]?.stringValue == String(rotated.output.dropLast()))
        #expect(description["successions"]?.arrayValue?.first?.stringValue?.contains(old) == true)
    }

    @Test("a witness that cannot be one is refused at the start, and no witness that is down delays it")
    func witnesses() async throws {
        let directory = try TemporaryDirectory()
        let refused = try await Self.run(
            ["serve", "--port", "0", "--data", directory.file("data"), "--witnesses", "nonsense http://127.0.0.1:9"])
        #expect(refused.exit.code != 0 && refused.errors.contains("is not a comma list of witnesses"))
        let witness = "w+e0b7f6a4+BC2uVkmqqUcPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy1"
        let wrong = try await Self.run(["check", "/dev/null", "--key", witness])
        #expect(wrong.exit.code != 0)
        let server = try await ServerProcess(["--no-evidence"])
        #expect(try await server.client.get("/checkpoint").status == 404)
        #expect(try await server.client.enqueue("d1").status == 200)
    }
}
