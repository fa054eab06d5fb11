import Foundation
import Testing
import VerdictTesting

@testable import verdict

@Suite("Starting the program")
struct StartTests {
    @Test("a directory in use is refused with the name of its holder", .timeLimit(.minutes(1)))
    func directoryInUse() async throws {
        let server = try await ServerProcess()
        let report = try await VerdictProcess.run(["serve", "--port", "0", "--data", server.dataPath])
        Self.expectRefusal(report, "is in use by process \(server.process.identifier) on ")
        #expect(report.errors.contains("choose another directory with --data"))
        #expect(try await server.client.get("/health").status == 200)
        await server.kill()
        let next = try await server.startAgain()
        #expect(try await next.client.get("/health").status == 200)
    }

    @Test("a port that is taken is named", .timeLimit(.minutes(1)))
    func portTaken() async throws {
        let server = try await ServerProcess()
        let directory = try TemporaryDirectory()
        let report = try await VerdictProcess.run(
            ["serve", "--port", "\(server.port)", "--data", directory.file("data")])
        Self.expectRefusal(report, "port \(server.port) is taken by another program: choose another one with --port")
    }

    @Test("a limit of open files with which nothing can be served is named", .timeLimit(.minutes(1)))
    func tooFewFiles() async throws {
        let directory = try TemporaryDirectory()
        let script = #"ulimit -n 20; exec "$0" serve --port 0 --data "$1""#
        let report = try await VerdictProcess(
            ["-c", script, VerdictProcess.program.path, directory.file("data")],
            program: URL(fileURLWithPath: "/bin/bash")
        ).report
        Self.expectRefusal(report, "lets this program open 20 files, and it needs 64 at least")
        #expect(!FileManager.default.fileExists(atPath: directory.file("data")))
    }

    @Test("an address that others reach is refused without --insecure", .timeLimit(.minutes(1)))
    func openDoor() async throws {
        let directory = try TemporaryDirectory()
        let arguments = ["serve", "--host", "0.0.0.0", "--port", "0", "--data", directory.file("data")]
        Self.expectRefusal(try await VerdictProcess.run(arguments), "anybody who reaches 0.0.0.0 could decide")
        #expect(!FileManager.default.fileExists(atPath: directory.file("data")))

        // Nor does a password that everybody knows keep anybody out.
        Self.expectRefusal(
            try await VerdictProcess.run(arguments + ["--insecure"]),
            "the administrator admin still has the password that everybody knows")
        let other = try TemporaryDirectory()
        let insecure = try VerdictProcess(
            ["serve", "--host", "0.0.0.0", "--port", "0", "--data", other.file("data"), "--insecure"],
            environment: ["VERDICT_ADMIN_PASSWORD": "not that one"], in: other.path)
        #expect(await insecure.output.wait(for: "listens on http://0.0.0.0:"))
    }

    @Test("a settings file that cannot be used is named with the reason", .timeLimit(.minutes(1)))
    func settingsFile() async throws {
        let directory = try TemporaryDirectory()
        let cases: [(name: String, text: String?, reason: String)] = [
            ("absent.json", nil, "absent.json cannot be read: No such file or directory"),
            ("broken.json", "{", "broken.json is not JSON"),
            ("array.json", "[]", "array.json is not a JSON object"),
            ("unknown.json", #"{"prot": 1}"#, "has the unknown member 'prot'; known are host, port"),
        ]
        for (name, text, reason) in cases {
            try text?.write(toFile: directory.file(name), atomically: true, encoding: .utf8)
            let arguments = [
                "serve", "--port", "0", "--data", directory.file("data"), "--config", directory.file(name),
            ]
            Self.expectRefusal(try await VerdictProcess.run(arguments), reason)
        }
        let folder = try await VerdictProcess.run(["serve", "--config", directory.path])
        Self.expectRefusal(folder, "\(directory.path) cannot be read: Is a directory")
    }

    @Test(
        "a value that is none is refused with what would be right", .timeLimit(.minutes(1)),
        arguments: [
            (["--port", "http"], "port: 'http' from --port is not a whole number between 0 and 65535"),
            (["--port", "65536"], "port: '65536' from --port is not a whole number between 0 and 65535"),
            (["--log-level", "loud"], "log-level: 'loud' from --log-level is not one of trace, debug"),
        ])
    func badValue(arguments: [String], sentence: String) async throws {
        let directory = try TemporaryDirectory()
        let data = directory.file("data")
        Self.expectRefusal(try await VerdictProcess.run(["serve", "--data", data] + arguments), sentence)
        #expect(!FileManager.default.fileExists(atPath: data))
    }

    @Test("the environment sets what no flag sets", .timeLimit(.minutes(1)))
    func environment() async throws {
        let report = try await VerdictProcess.run(["serve"], environment: ["VERDICT_PORT": "-1"])
        Self.expectRefusal(report, "port: '-1' from VERDICT_PORT is not a whole number")
        let server = try await ServerProcess(environment: ["VERDICT_PORT": "-1"])
        #expect(try await server.client.get("/health").status == 200)
    }

    @Test("version and help exit 0, and the help of serve names every setting", .timeLimit(.minutes(1)))
    func help() async throws {
        for arguments in [["version"], ["--version"]] {
            let version = try await VerdictProcess.run(arguments)
            #expect(version.exit == .success)
            #expect(version.output == "verdict 1.0.0\n")
        }
        let help = try await VerdictProcess.run(["--help"])
        #expect(help.exit == .success)
        for word in ["serve", "import", "version"] { #expect(help.output.contains(word), "\(word)") }

        let serve = try await VerdictProcess.run(["serve", "--help"])
        #expect(serve.exit == .success)
        #expect(serve.output.contains("--config"))
        for setting in Setting.all {
            #expect(serve.output.contains("--\(setting.name)") != setting.isSecret, "\(setting.name)")
            for variable in setting.environment { #expect(serve.output.contains(variable), "\(variable)") }
        }
    }

    @Test("an unknown flag is a mistake of the caller", .timeLimit(.minutes(1)))
    func unknownFlag() async throws {
        let report = try await VerdictProcess.run(["serve", "--prot", "1"])
        Self.expectRefusal(report, "Unknown option '--prot'")
    }

    /// The program ends by itself with a status other than 0 and says that on standard error.
    private static func expectRefusal(_ report: VerdictProcess.Report, _ sentence: String) {
        #expect(!report.exit.isSignal)
        #expect(report.exit.code != 0)
        let words = report.errors.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(words.contains(sentence), "\(report.errors)")
        #expect(report.output.isEmpty)
    }
}
