import EventLog
import Foundation
import Testing
import VerdictTesting

@Suite("verdict events", .timeLimit(.minutes(1)))
struct EventsTests {
    /// What the command prints about the log of a server, by lines.
    private func lines(_ dataPath: String, _ arguments: String...) async throws -> [String] {
        let report = try await VerdictProcess.run(["events", "--data", dataPath] + arguments)
        #expect(report.exit == .success, "\(report.errors)")
        return report.output.split(separator: "\n").map(String.init)
    }

    private func positions(_ lines: [String]) -> [Int] {
        lines.compactMap { $0.split(separator: " ").first.flatMap { Int($0) } }
    }

    @Test("beside a running server every event is a line that says what happened")
    func text() async throws {
        let server = try await ServerProcess()
        let session = try await server.client.openSession("alice@host")
        _ = try await server.client.enqueue(
            "d1", ["target": "192.0.2.7", "reasoning": "1,024 ports", "risk_level": "high"])
        _ = try await server.client.act(.approve, on: "d1", in: session)
        let lines = try await lines(server.dataPath)
        #expect(positions(lines) == [1, 2, 3, 4])
        #expect(
            lines[0].contains("user.registered.v1") && lines[0].contains("user/admin  system:first-start  as admin"))
        #expect(lines[2].contains("decision.submitted.v1"))
        #expect(lines[2].hasSuffix("high block_ip 192.0.2.7: 1,024 ports"))
        #expect(lines[3].hasSuffix("decision/d1  operator:alice@host  seen"))
        #expect(try await server.client.enqueue("d2").status == 200)
    }

    @Test("position, time, type, stream and decision choose, alone and together")
    func selection() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("data")
        let made = try await VerdictProcess.run(["generate", "--events", "2500", "--operators", "9", "--data", path])
        #expect(made.exit == .success)
        let all = try LogFile(path: path + "/events.db").allEvents()
        let decision = try #require(all.last { $0.type == "decision.approved.v1" })
        let session = try #require(all.first { $0.stream.hasPrefix("session/") })
        func chosen(_ isChosen: (LogFile.Event) -> Bool) -> [Int] { all.filter(isChosen).map(\.position) }

        let between = try await lines(path, "--from", "1400", "--to", "1500")
        #expect(positions(between) == Array(1400...1500))
        let beyond = try await lines(path, "--from", "2501")
        #expect(beyond.isEmpty)
        let approved = try await lines(path, "--type", "decision.approved.v1")
        #expect(positions(approved) == chosen { $0.type == "decision.approved.v1" })
        let people = try await lines(path, "--type", "login.", "--type", "user.registered.v1", "--to", "2000")
        #expect(
            positions(people)
                == chosen {
                    $0.position <= 2000 && ($0.type.hasPrefix("login.") || $0.type == "user.registered.v1")
                })
        let ofDecision = try await lines(path, "--decision", decision.decisionID)
        #expect(positions(ofDecision) == chosen { $0.stream == decision.stream })
        let ofSession = try await lines(path, "--stream", session.stream)
        #expect(positions(ofSession) == chosen { $0.stream == session.stream })

        let times = between.map { $0.split(separator: " ")[1] }
        let since = try await lines(path, "--since", String(times[0]), "--until", String(times[100]))
        #expect(Set(positions(since)).isSuperset(of: 1400...1500))
        #expect(since.allSatisfy { (times[0]...times[100]).contains($0.split(separator: " ")[1]) })
    }

    @Test("as CloudEvents a line is the event's entry, that which the evidence hashes")
    func cloudEvents() async throws {
        let server = try await ServerProcess()
        _ = try await server.client.enqueue("d1", ["reasoning": "\u{1F41F} \"quoted\" \u{0}"])
        let lines = try await lines(server.dataPath, "--format", "cloudevents")
        #expect(lines.count == 2)
        let proof = try await server.client.get("/api/v1/evidence/events/2.tlog-proof").text
        let extra = try #require(proof.split(separator: "\n").first { $0.hasPrefix("extra ") }?.dropFirst(6))
        #expect(Data(base64Encoded: String(extra)) == Data(lines[1].utf8))
    }

    @Test(
        "with --follow what comes is printed when it comes, until nobody reads any more",
        arguments: ["text", "cloudevents"])
    func follow(format: String) async throws {
        let server = try await ServerProcess()
        let following = try VerdictProcess([
            "events", "--follow", "--type", "decision.", "--format", format, "--data", server.dataPath,
        ])
        for id in ["d1", "d2"] {
            _ = try await server.client.enqueue(id)
            #expect(await following.output.wait(for: "decision/\(id)"))
        }
        #expect(following.output.lines.count == 2)
        following.send(SIGINT)
        _ = await following.exit
    }

    @Test("a reader that has seen enough ends it quietly, also while nothing happens", arguments: ["", "--follow"])
    func readerGone(flag: String) async throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("data")
        #expect(try await VerdictProcess.run(["generate", "--events", "5000", "--data", path]).exit == .success)
        let script = """
            '\(VerdictProcess.program.path)' events --data '\(path)' \(flag) | head -n 1; echo ${PIPESTATUS[@]}
            """
        let report = try await VerdictProcess(["-c", script], program: URL(fileURLWithPath: "/bin/bash")).report
        #expect(report.output.split(separator: "\n").count == 2)
        #expect(report.output.hasSuffix("\n0 0\n"), "\(report.output)")
        #expect(report.errors.isEmpty)
    }

    @Test("what an event says cannot steer a terminal, nor pretend to be another line")
    func hostileText() async throws {
        let server = try await ServerProcess()
        _ = try await server.client.enqueue("d1", ["reasoning": "a\u{1B}[2J\nb\u{202E}c\u{9B}d"])
        let lines = try await lines(server.dataPath, "--decision", "d1")
        #expect(lines.count == 1)
        #expect(lines[0].hasSuffix(#"a\u{1b}[2J\nb\u{202e}c\u{9b}d"#), "\(lines)")
    }

    @Test(
        "what makes no sense is refused with a sentence",
        arguments: [
            (["--from", "0"], "positions begin with 1"), (["--from", "5", "--to", "4"], "4 is before --from 5"),
            (["--since", "yesterday"], "--since"), (["--follow", "--to", "9"], "--follow has no end"),
            (["--decision", "d", "--stream", "s"], "leave out --stream"), (["--format", "xml"], "--format"),
        ])
    func refusals(arguments: [String], sentence: String) async throws {
        let report = try await VerdictProcess.run(["events"] + arguments)
        #expect(report.exit.code == 64)
        #expect(report.errors.contains(sentence), "\(report.errors)")
    }

    @Test("where there is no log, or something else of that name, it says so and makes nothing")
    func noLog() async throws {
        let directory = try TemporaryDirectory()
        let missing = try await VerdictProcess.run(["events", "--data", directory.file("none")])
        #expect(missing.exit.code == 1 && missing.errors.contains("holds no log"))
        try "not a database, but longer than its header would have to be".write(
            toFile: directory.file("events.db"), atomically: true, encoding: .utf8)
        let other = try await VerdictProcess.run(["events", "--data", directory.path])
        #expect(other.exit.code == 1 && other.errors.contains("cannot read the log"), "\(other.errors)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["events.db"])
    }
}
