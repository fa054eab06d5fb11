import ArgumentParser
import Foundation
import Identity
import Testing
import VerdictTesting

@testable import verdict

@Suite("The data directory of a command")
struct DataOptionsTests {
    @Test("is found as the server finds it: flag, environment, file, default")
    func order() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("settings.json")
        try #"{"data": "/from/file", "password-cost": 10, "port": 9000}"#
            .write(toFile: path, atomically: true, encoding: .utf8)
        let environment = ["VERDICT_DATA": "/from/environment", "VERDICT_CONFIG": path]
        #expect(try DataOptions.parse(["--data", "/flag"]).settings(environment: environment).dataPath == "/flag")
        #expect(try DataOptions.parse([]).settings(environment: environment).dataPath == "/from/environment")
        let file = try DataOptions.parse(["--config", path]).settings(environment: [:])
        #expect(file.dataPath == "/from/file")
        #expect(file.passwordCost.logarithmOfRounds == 10)
        #expect(try DataOptions.parse([]).settings(environment: [:]).dataPath == "./verdict-data")
    }

    @Test("the secrets of the environment count too")
    func secrets() throws {
        let settings = try DataOptions.parse([]).settings(
            environment: ["HITL_ADMIN_PASSWORD": "of my own", "HITL_SECRET_KEY": "key"])
        #expect(settings.adminPassword == "of my own")
        #expect(!settings.ownsKeys)
        let none = try DataOptions.parse([]).settings(environment: [:])
        #expect(none.adminPassword == nil)
        #expect(none.ownsKeys)
    }

    @Test("a value that is none is refused")
    func refused() throws {
        let options = try DataOptions.parse([])
        #expect(throws: SettingsError.self) { try options.settings(environment: ["VERDICT_PASSWORD_COST": "99"]) }
    }
}
