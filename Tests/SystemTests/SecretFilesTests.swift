import EventLog
import Foundation
import NIOHTTP1
import Testing
import VerdictTesting

@Suite("Secrets on the machine")
struct SecretFilesTests {
    private static func permissions(_ path: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return (attributes[.posixPermissions] as? NSNumber)?.intValue ?? 0
    }

    @Test(
        "the keys, and the way to the server, are for their owner alone, also after a rotation", .timeLimit(.minutes(1))
    )
    func permissions() async throws {
        let server = try await ServerProcess()
        let keys = server.dataPath + "/keys"
        for rotation in 0...1 {
            let names = try FileManager.default.contentsOfDirectory(atPath: keys).sorted()
            #expect(names == ["sealing.key", "token-signing.json"])
            for file in names.map({ "\(keys)/\($0)" }) + [server.dataPath + "/server.json"] {
                #expect(try Self.permissions(file) == 0o600, "\(file), rotation \(rotation)")
            }
            #expect(try Self.permissions(keys) == 0o700)
            #expect(try Self.permissions(server.dataPath) == 0o700)
            let report = try await VerdictProcess.run(["rotate-keys", "--data", server.dataPath])
            #expect(report.exit == .success, "\(report.errors)")
        }
    }

    @Test("tokens of a key that was rotated out stay good, with and without a restart", .timeLimit(.minutes(1)))
    func rotation() async throws {
        var server = try await ServerProcess()
        let before = try await server.client.logInFirstAdministrator()
        #expect(try await VerdictProcess.run(["rotate-keys", "--data", server.dataPath]).exit == .success)
        let between = try await server.client.logInFirstAdministrator()
        await server.terminate()
        #expect(try await VerdictProcess.run(["rotate-keys", "--data", server.dataPath]).exit == .success)
        server = try await server.startAgain()
        for token in [before, between, try await server.client.logInFirstAdministrator()] {
            #expect(try await server.client.call(.GET, "/api/auth/me", as: token).status == 200)
        }
    }

    @Test("the list of processes shows no password and no credential", .timeLimit(.minutes(1)))
    func processes() async throws {
        let server = try await ServerProcess()
        let data = ["--data", server.dataPath]
        let input = Pipe()
        let password = try VerdictProcess(
            ["user", "password", "admin"] + data, environment: ["VERDICT_PASSWORD_COST": "4"],
            input: input.fileHandleForReading)
        let added = try await VerdictProcess.run(["user", "add", "candi", "--service"] + data)
        let credential = try TypedInput().text(added.output)
        let path = server.directory.file("credential")
        try credential.readToEnd().map { try $0.write(to: URL(fileURLWithPath: path)) }
        let waiting = try VerdictProcess([
            "import", "candi", ReadmeTests.repository.path + "/Tools/demo-analyses.jsonl", "--server", server.address,
            "--credential-file", path, "--wait",
        ])
        try await wait { try server.log.events().count == 3 }
        for process in [password, waiting, server.process] {
            let line = try Data(contentsOf: URL(fileURLWithPath: "/proc/\(process.identifier)/cmdline"))
            let arguments = String(decoding: line, as: UTF8.self)
            #expect(arguments.contains("verdict"))
            #expect(!arguments.contains("verdict_"))
        }
        try input.fileHandleForWriting.write(contentsOf: Array("from the pipe\n".utf8))
        #expect(await password.exit == .success)
        _ = try await server.client.logIn("admin", "from the pipe")
    }

    @Test("a terminal does not show the password, and shows everything again afterwards", .timeLimit(.minutes(1)))
    func terminal() async throws {
        let server = try await ServerProcess()
        let terminal = try Terminal()
        let questions = ["New password for admin: ", "The same once more: "]
        let cases: [(typed: [String], says: String, code: Int32)] = [
            (["of the terminal\n", "of the terminal\n"], "once more", 0),
            (["of the terminal\n", "or another one\n"], "the two passwords differ", 1),
            (["short\n"], "at least 8 characters", 1), (["half a pass\u{3}"], "interrupted; nothing was changed", 1),
        ]
        for (typed, sentence, code) in cases {
            let process = try VerdictProcess(
                ["user", "password", "admin", "--data", server.dataPath], input: terminal.inside)
            for (question, text) in zip(questions, typed) {
                #expect(await process.errors.wait(for: question))
                #expect(!terminal.isShowing)
                terminal.type(text)
            }
            let report = await process.report
            #expect(report.exit.code == code, "\(report.errors)")
            #expect(report.errors.contains(sentence))
            #expect(terminal.isShowing)
        }
        terminal.type("the end\n")
        #expect(terminal.shown(through: "the end") == "the end")
        _ = try await server.client.logIn("admin", "of the terminal")
    }
}
