import Foundation
import Testing
import VerdictTesting

@testable import verdict

@Suite("The file of settings")
struct SettingsFileTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private var path: String { directory.file("settings.json") }

    private func settings(_ text: String) throws -> ServeSettings {
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return try ServeSettings(SettingsResolver().resolve(flags: [:], environment: [:], file: path))
    }

    @Test("numbers, truths, strings and arrays of strings are accepted")
    func kinds() throws {
        let settings = try settings(
            """
            {"port": 9000, "body-limit": "2048", "insecure": true, "log-format": "json",
             "cors-origins": ["http://a", "http://b"]}
            """)
        #expect(settings.port == 9000)
        #expect(settings.bodySizeBytesMax == 2048)
        #expect(settings.isInsecurePermitted)
        #expect(settings.logFormat == .json)
        #expect(settings.corsOrigins == ["http://a", "http://b"])
    }

    @Test("an empty object sets nothing, an empty array the empty list")
    func empty() throws {
        #expect(try settings("{}").port == 8001)
        #expect(try settings("{\"cors-origins\": []}").corsOrigins == [])
    }

    @Test("an unknown member is named, and so are the known ones")
    func unknown() {
        let error = #expect(throws: SettingsError.self) { try settings("{\"prot\": 1}") }
        let known = Setting.all.map(\.name).joined(separator: ", ")
        #expect(error?.description == "the settings file \(path) has the unknown member 'prot'; known are \(known)")
    }

    @Test("a value that cannot be used is named with the file")
    func unusable() {
        let error = #expect(throws: SettingsError.self) { try settings("{\"port\": 1e3}") }
        #expect(error?.description == "port: '1e3' from \(path) is not a whole number between 0 and 65535")
    }

    @Test(
        "a value of another kind is refused",
        arguments: ["null", "{}", "[1]", "[\"http://a,http://b\"]", "[[\"http://a\"]]"])
    func kind(_ value: String) {
        let error = #expect(throws: SettingsError.self) { try settings("{\"cors-origins\": \(value)}") }
        #expect(error == .fileMemberUnusable(path: path, member: "cors-origins"))
    }

    @Test("what is no JSON object is refused", arguments: [("[]", "not a JSON object"), ("{port: 1}", "not JSON")])
    func notAnObject(_ text: String, _ words: String) {
        let error = #expect(throws: SettingsError.self) { try settings(text) }
        #expect(error?.description.contains(words) == true)
    }

    @Test("a file that is not there, or no file, or far too long, is named with the reason")
    func unreadable() throws {
        func reason(_ path: String) -> String? {
            let error = #expect(throws: SettingsError.self) {
                try SettingsResolver().resolve(flags: [:], environment: [:], file: path)
            }
            return error?.description
        }
        #expect(reason(path) == "the settings file \(path) cannot be read: No such file or directory")
        #expect(reason(directory.path) == "the settings file \(directory.path) cannot be read: Is a directory")
        try String(repeating: " ", count: 1_048_577).write(toFile: path, atomically: true, encoding: .utf8)
        #expect(reason(path) == "the settings file \(path) cannot be read: it is longer than 1048576 bytes")
    }
}
