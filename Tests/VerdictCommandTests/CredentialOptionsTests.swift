import ArgumentParser
import Foundation
import Testing
import VerdictTesting

@testable import verdict

@Suite("The token that a command shows a server")
struct CredentialOptionsTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func file(_ text: String) throws -> [String] {
        let path = directory.file("credential")
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return ["--credential-file", path]
    }

    @Test("comes from the file, else from the environment, without the line's end")
    func order() throws {
        let environment = ["VERDICT_TOKEN": "of-the-environment"]
        let named = try CredentialOptions.parse(file("verdict_abc\n"))
        #expect(try named.credential(environment: environment) == "verdict_abc")
        let unnamed = try CredentialOptions.parse([])
        #expect(try unnamed.credential(environment: environment) == "of-the-environment")
        for environment in [[:], ["VERDICT_TOKEN": ""]] {
            #expect(try unnamed.credential(environment: environment) == nil)
            #expect(!unnamed.isGiven(environment: environment))
            #expect(named.isGiven(environment: environment))
        }
    }

    @Test(
        "what is no token is refused without being repeated", arguments: ["", "\n", "two words", "a\r\nX-Evil: b", "ö"])
    func refused(_ text: String) throws {
        let options = try CredentialOptions.parse(file(text))
        let error = #expect(throws: InputError.self) { try options.credential(environment: [:]) }
        let reason = text.allSatisfy(\.isWhitespace) ? "it is empty" : "one word of visible ASCII characters is wanted"
        #expect(error == .credentialUnusable(source: directory.file("credential"), reason: reason))
    }

    @Test("a file that is not there is named")
    func absent() throws {
        let path = directory.file("absent")
        let options = try CredentialOptions.parse(["--credential-file", path])
        let error = #expect(throws: InputError.self) { try options.credential(environment: [:]) }
        #expect(error == .fileUnreadable(path: path, reason: "No such file or directory"))
    }
}
