import Foundation
import Testing
import VerdictTesting

@testable import verdict

@Suite("Where a setting comes from")
struct SettingsPrecedenceTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let flag: String?
        let environment: [String: String]
        let file: String?
        let value: Int
        let source: String

        var testDescription: String { "\(value) from \(source)" }
    }

    static let cases = [
        Case(flag: nil, environment: [:], file: nil, value: 8001, source: "the default"),
        Case(flag: nil, environment: [:], file: "9003", value: 9003, source: "FILE"),
        Case(flag: nil, environment: ["HITL_PORT": "9002"], file: "9003", value: 9002, source: "HITL_PORT"),
        Case(
            flag: nil, environment: ["VERDICT_PORT": "9001", "HITL_PORT": "9002"], file: "9003", value: 9001,
            source: "VERDICT_PORT"),
        Case(flag: "9000", environment: ["VERDICT_PORT": "9001"], file: "9003", value: 9000, source: "--port"),
        Case(flag: nil, environment: ["VERDICT_PORT": ""], file: nil, value: 8001, source: "the default"),
        Case(
            flag: nil, environment: ["VERDICT_PORT": "", "HITL_PORT": "9002"], file: nil, value: 9002,
            source: "HITL_PORT"),
    ]

    @Test("a flag goes before the environment, that before the file, that before the default", arguments: cases)
    func precedence(_ example: Case) throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("settings.json")
        if let port = example.file { try "{\"port\": \(port)}".write(toFile: path, atomically: true, encoding: .utf8) }

        let settings = try SettingsResolver().resolve(
            flags: example.flag.map { ["port": $0] } ?? [:], environment: example.environment,
            file: example.file == nil ? nil : path)

        #expect(try settings.wholeNumber(.port, in: 0...65_535) == example.value)
        let source = settings.describe().first { $0.name == "port" }?.source.description
        #expect(source == (example.source == "FILE" ? path : example.source))
    }

    @Test("VERDICT_CONFIG names the file, and a path that is given goes before it")
    func fileVariable() throws {
        let directory = try TemporaryDirectory()
        let (one, two) = (directory.file("one.json"), directory.file("two.json"))
        try "{\"host\": \"one\"}".write(toFile: one, atomically: true, encoding: .utf8)
        try "{\"host\": \"two\"}".write(toFile: two, atomically: true, encoding: .utf8)
        let environment = ["VERDICT_CONFIG": one]

        #expect(try SettingsResolver().resolve(flags: [:], environment: environment).text(.host) == "one")
        #expect(try SettingsResolver().resolve(flags: [:], environment: environment, file: two).text(.host) == "two")
    }

    @Test("a secret shows as ***, in the report and in errors")
    func secret() throws {
        let secret = Setting("key", environment: ["KEY"], default: "", isSecret: true, help: "A key.")
        let settings = try SettingsResolver(settings: [secret]).resolve(flags: [:], environment: ["KEY": "hunter2"])

        let row = try #require(settings.describe().first)
        #expect(row == (name: "key", value: "***", source: .environment("KEY")))
        let error = #expect(throws: SettingsError.self) { try settings.wholeNumber(secret, in: 0...1) }
        #expect(error?.description == "key: '***' from KEY is not a whole number between 0 and 1")
        #expect(try settings.text(secret) == "hunter2")
    }

    @Test("every setting is reported, in the order of the table")
    func report() throws {
        let settings = try SettingsResolver().resolve(flags: [:], environment: [:])
        #expect(settings.describe().map(\.name) == Setting.all.map(\.name))
        #expect(settings.describe().allSatisfy { $0.source == .standard })
    }
}
