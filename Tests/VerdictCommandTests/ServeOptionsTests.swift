import ArgumentParser
import Testing

@testable import verdict

@Suite("The flags of serve")
struct ServeOptionsTests {
    private static let truths: Set<String> = [
        "insecure", "auto-escalate", "open-sessions", "open-websocket", "evidence",
    ]

    private static let flags = Setting.all.filter { !$0.isSecret }.map(\.name)

    @Test("every setting but a secret has a flag of its name, which yields its text", arguments: flags)
    func names(_ name: String) throws {
        if Self.truths.contains(name) {
            #expect(try ServeOptions.parse(["--\(name)"]).given == [name: "true"])
            #expect(try ServeOptions.parse(["--no-\(name)"]).given == [name: "false"])
        } else {
            #expect(try ServeOptions.parse(["--\(name)", "text"]).given == [name: "text"])
        }
    }

    @Test("without flags nothing is given")
    func none() throws {
        #expect(try ServeOptions.parse([]).given.isEmpty)
    }

    @Test("no secret has a flag, and names and variables are there once")
    func table() {
        for secret in Setting.all where secret.isSecret {
            #expect(throws: (any Error).self) { try ServeOptions.parse(["--\(secret.name)", "text"]) }
        }
        #expect(Set(Setting.all.map(\.name)).count == Setting.all.count)
        let variables = Setting.all.flatMap(\.environment)
        #expect(Set(variables).count == variables.count)
    }

    @Test("the help names the variables and the default of every setting", arguments: Setting.all.map(\.name))
    func help(_ name: String) throws {
        let setting = try #require(Setting.all.first { $0.name == name })
        // The help is wrapped at spaces.
        let help = Verdict.helpMessage(for: ServeCommand.self).filter { !$0.isWhitespace }
        for text in setting.environment + [setting.defaultText] {
            #expect(help.contains(text.filter { !$0.isWhitespace }))
        }
    }

    @Test("flags go before the environment")
    func flagsFirst() throws {
        let options = try ServeOptions.parse(["--port", "9000", "--no-auto-escalate"])
        let settings = try options.settings(environment: ["VERDICT_PORT": "9001", "VERDICT_HOST": "::1"])
        #expect(settings.port == 9000)
        #expect(settings.host == "::1")
        #expect(!settings.escalatesOnTimeout)
    }
}
