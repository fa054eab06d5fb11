import EventLog
import Foundation
import NIOHTTP1
import Testing
import VerdictTesting

@Suite("verdict user")
struct UserCommandTests {
    /// One call of the program, and what is expected of it.
    private struct Step {
        let arguments: [String]
        var input: String?
        var code: Int32 = 0
        /// A part of what it prints: on success on standard output, else on standard error.
        let says: String
    }

    private static let changes = [
        Step(
            arguments: [
                "user", "add", "alice", "--email", "Alice <alice@Example.ORG>", "--full-name", "Älice", "--role",
                "viewer", "--rank", "soc_supervisor",
            ], input: "the first password\n", says: "alice is registered, as viewer"),
        Step(arguments: ["user", "role", "alice", "analyst"], says: "alice is analyst"),
        Step(arguments: ["user", "deactivate", "alice"], says: "alice is deactivated"),
        Step(arguments: ["user", "activate", "alice"], says: "alice is active"),
        Step(
            arguments: ["user", "password", "alice"], input: "pässword, \"the\" 2nd\r\nnot this",
            says: "alice has a new password"),
        Step(arguments: ["user", "reset-2fa", "alice"], says: "alice has no second factor"),
        Step(arguments: ["user", "add", "odd näme?#%", "--service"], says: "verdict_"),
        Step(arguments: ["user", "deactivate", "odd näme?#%"], says: "odd näme?#% is deactivated"),
        Step(arguments: ["rotate-keys"], says: "new tokens are signed with a new key"),
    ]

    private static let refusals = [
        Step(
            arguments: ["user", "add", "admin", "--email", "a@b.org", "--full-name", "", "--role", "admin"],
            input: "a good password\n", code: 1, says: "Username already registered"),
        Step(
            arguments: ["user", "password", "admin"], input: "short\n", code: 1,
            says: "the password must have at least 8 characters"),
        Step(arguments: ["user", "password", "admin"], code: 1, says: "no password was given"),
        Step(arguments: ["user", "role", "nobody", "viewer"], code: 1, says: "User not found"),
        Step(arguments: ["user", "deactivate", "admin"], code: 1, says: "The last active administrator stays one"),
        Step(arguments: ["user", "credential", "admin"], code: 1, says: "Only a service has a credential"),
    ]

    private let inputs: TypedInput

    init() throws {
        inputs = try TypedInput()
    }

    private func run(
        _ arguments: [String], on dataPath: String, input: String? = nil, environment: [String: String] = [:]
    ) async throws -> VerdictProcess.Report {
        let environment = ["VERDICT_DATA": dataPath, "VERDICT_PASSWORD_COST": "4"].merging(environment) { $1 }
        return try await VerdictProcess.run(
            arguments, environment: environment, input: try input.map(inputs.text))
    }

    private func run(_ steps: [Step], on dataPath: String) async throws {
        for step in steps {
            let report = try await run(step.arguments, on: dataPath, input: step.input)
            #expect(report.exit.code == step.code, "\(step.arguments): \(report.errors)")
            let said = step.code == 0 ? report.output : report.errors
            #expect(said.contains(step.says), "\(step.arguments): \(report.output)\(report.errors)")
            if step.code != 0 { #expect(report.output.isEmpty) }
        }
    }

    private func list(_ dataPath: String) async throws -> [JSON] {
        let report = try await run(["user", "list", "--json"], on: dataPath)
        #expect(report.exit == .success, "\(report.errors)")
        return try JSONParser.parse(report.output).arrayValue ?? []
    }

    @Test(
        "does the same through a running server and on the directory of a stopped one", .timeLimit(.minutes(1)),
        arguments: [true, false])
    func everyCommand(isRunning: Bool) async throws {
        var server = try await ServerProcess()
        if !isRunning { await server.terminate() }
        try await run(Self.changes, on: server.dataPath)
        let users = try await list(server.dataPath)
        #expect(users.map { $0["username"] } == ["admin", "alice", "odd näme?#%"])
        let alice = try #require(users.first { $0["username"] == "alice" })
        #expect(alice["email"] == "alice@example.org")
        #expect(alice["full_name"] == "Älice")
        #expect(alice["role"] == "analyst")
        #expect(alice["rank"] == "soc_supervisor")
        #expect(alice["is_active"] == true)

        let table = try await run(["user", "list"], on: server.dataPath)
        #expect(table.output.hasPrefix("NAME         ROLE     RANK            ACTIVE  2FA  LAST LOGIN"))
        #expect(table.output.contains("\nalice        analyst  soc_supervisor  yes     no "), "\(table.output)")

        let changes = try server.log.allEvents().filter { $0.stream.hasPrefix("user/") }.dropFirst()
        #expect(
            changes.map(\.type) == [
                "user.registered.v1", "user.role_changed.v1", "user.deactivated.v1", "user.activated.v1",
                "user.password_changed.v1", "user.registered.v1", "user.deactivated.v1",
            ])
        let actors = changes.map { $0.data["changed_by"] ?? $0.data["registered_by"] }
        #expect(actors.allSatisfy { $0 == "system:command-line" }, "\(actors)")

        if !isRunning { server = try await server.startAgain() }
        let first = try await server.client.tryToLogIn("alice", "the first password")
        #expect(first.status == 401)
        let token = try await server.client.logIn("alice", "pässword, \"the\" 2nd")
        #expect(try await server.client.call(.GET, "/api/decisions/pending", as: token).status == 200)
    }

    @Test(
        "refuses the same things, in the server's words, and changes nothing", .timeLimit(.minutes(1)),
        arguments: [true, false])
    func everyRefusal(isRunning: Bool) async throws {
        let server = try await ServerProcess()
        if !isRunning { await server.terminate() }
        try await run(Self.refusals, on: server.dataPath)
        #expect(try server.log.allEvents().count == 1)
    }

    @Test("a new credential of a program voids the old one; each is alone on standard output", .timeLimit(.minutes(1)))
    func credentials() async throws {
        let server = try await ServerProcess()
        let added = try await run(
            ["user", "add", "candi", "--service", "--description", "threats"], on: server.dataPath)
        let renewed = try await run(["user", "credential", "candi"], on: server.dataPath)
        let credentials = [added, renewed].map { $0.output.trimmingCharacters(in: .newlines) }
        for credential in credentials {
            #expect(credential.hasPrefix("verdict_") && credential.count == 72)
            #expect(!credential.contains { $0.isWhitespace })
        }
        for report in [added, renewed] {
            #expect(report.errors.contains("candi") && report.errors.contains("shown this once"))
            #expect(!report.errors.contains("verdict_"))
        }
        for (credential, status) in zip(credentials, [401, 200]) {
            #expect(try await server.client.call(.GET, "/api/status", as: credential).status == status)
        }
        #expect(try await list(server.dataPath).last?["full_name"] == "threats")
    }

    @Test("a fresh installation gets its password before its first start", .timeLimit(.minutes(1)))
    func beforeTheFirstStart() async throws {
        let directory = try TemporaryDirectory()
        let data = directory.file("data")
        let report = try await run(["user", "password", "admin"], on: data, input: "of my own choice")
        #expect(report.exit == .success)
        #expect(report.errors == "\(data) was empty: its first user is admin\n")
        // The password that everybody knows would not let it open to others.
        let server = try VerdictProcess(
            ["serve", "--host", "0.0.0.0", "--port", "0", "--auth", "required", "--data", data], in: directory.path)
        #expect(await server.output.wait(for: "listens on http://0.0.0.0:"))
        let throughIt = try await run(["user", "list"], on: data)
        #expect(throughIt.exit == .success, "\(throughIt.errors)")
        #expect(throughIt.output.contains("\nadmin  admin  ciso  yes"))
    }

    @Test(
        "the password of the first administrator may come from the environment, as for the server",
        .timeLimit(.minutes(1)))
    func environment() async throws {
        let directory = try TemporaryDirectory()
        let data = directory.file("data")
        let secrets = [
            "VERDICT_ADMIN_PASSWORD": "of the environment", "VERDICT_SECRET_KEY": "a key of the environment",
        ]
        #expect(try await run(["user", "list"], on: data, environment: secrets).exit == .success)
        let rotation = try await run(["rotate-keys"], on: data, environment: secrets)
        #expect(rotation.exit.code == 1)
        #expect(rotation.errors.contains("The signing key comes from the configuration"))
        let server = try await ServerProcess(in: directory, dataPath: data, environment: secrets)
        _ = try await server.client.logIn("admin", "of the environment")
        let answered = try await run(["rotate-keys"], on: data)
        #expect(answered.exit.code == 1)
        #expect(answered.errors.contains("The signing key comes from the configuration"))
    }

    @Test("what a killed server leaves keeps nobody from the directory", .timeLimit(.minutes(1)))
    func killed() async throws {
        let server = try await ServerProcess()
        let left = server.dataPath + "/server.json"
        await server.kill()
        #expect(FileManager.default.fileExists(atPath: left))
        let report = try await run(["user", "deactivate", "nobody"], on: server.dataPath)
        #expect(report.errors.contains("User not found"))
        #expect(try await list(server.dataPath).count == 1)
        #expect(!FileManager.default.fileExists(atPath: left))
        let next = try await server.startAgain()
        #expect(try await list(next.dataPath).count == 1)
        await next.terminate()
        #expect(!FileManager.default.fileExists(atPath: left))
    }

    @Test(
        "a directory that somebody holds who cannot be asked is left alone, and the sentence says why",
        .timeLimit(.minutes(1)))
    func held() async throws {
        let server = try await ServerProcess()
        await server.kill()
        let lock = open(server.dataPath + "/verdict.lock", O_RDWR | O_CLOEXEC)
        defer { close(lock) }
        #expect(flock(lock, LOCK_EX | LOCK_NB) == 0)
        let gone = try await run(["user", "list"], on: server.dataPath)
        #expect(gone.exit.code == 1)
        #expect(gone.errors.contains("names a server at \(server.address) that is gone (Connection refused)"))

        // Another server answers there by now.
        let other = try await ServerProcess()
        let left = server.dataPath + "/server.json"
        let text = try String(contentsOfFile: left, encoding: .utf8)
        try text.replacing(server.address, with: other.address).write(toFile: left, atomically: true, encoding: .utf8)
        let wrong = try await run(["user", "list"], on: server.dataPath)
        #expect(wrong.exit.code == 1)
        #expect(wrong.errors.contains("names a server at \(other.address), but another one answers there"))

        try FileManager.default.removeItem(atPath: left)
        let unknown = try await run(["user", "list"], on: server.dataPath)
        #expect(unknown.exit.code == 1)
        #expect(unknown.errors.contains("is in use by process \(server.process.identifier) on "))
        #expect(unknown.errors.contains("no server that could be asked"))
    }
}
