import ArgumentParser
import Testing

@testable import verdict

@Suite("The arguments of verdict user")
struct UserCommandTests {
    /// The name and the flags of a person who is complete.
    private static let person = ["alice", "--email", "alice@example.org", "--full-name", "Alice", "--role", "analyst"]

    @Test(
        "what is complete is understood",
        arguments: [
            ["user", "add"] + person, ["user", "add"] + person + ["--rank", "soc_supervisor", "--data", "/d"],
            ["user", "add", "candi", "--service"], ["user", "add", "candi", "--service", "--description", "threats"],
            ["user", "add", "Ängström 🐟", "--service"], ["user", "list"], ["user", "list", "--json", "--data", "/d"],
            ["user", "deactivate", "alice"], ["user", "activate", "alice"], ["user", "role", "alice", "viewer"],
            ["user", "password", "alice"], ["user", "reset-2fa", "alice"], ["user", "credential", "candi"],
            ["rotate-keys", "--config", "settings.json"],
        ])
    func complete(_ arguments: [String]) throws {
        _ = try Verdict.parseAsRoot(arguments)
    }

    @Test(
        "what is not says what is wanted, and exits 64",
        arguments: [
            (["user", "add"], "Missing expected argument '<name>'"),
            (["user", "add", "alice"], "a person needs --email, --full-name and --role"),
            (["user", "add", "alice", "--full-name", "A", "--role", "viewer"], "a person needs --email"),
            (["user", "add"] + person + ["--description", "d"], "--description goes with --service"),
            (["user", "add"] + person + ["--service"], "a service has no --email"),
            (["user", "add", "candi", "--service", "--rank", "ciso"], "a service has no --email"),
            (["user", "add", "al", "--service"], "the name must have at least 3 characters"),
            (
                ["user", "add", String(repeating: "a", count: 51), "--service"],
                "the name must have at most 50 characters"
            ),
            (["user", "add", "a/b", "--service"], "the name must not contain a slash"),
            (["user", "add", "a\nb", "--service"], "the name must not contain control characters"),
            (["user", "add", "cafe\u{301}", "--service"], "the name must be in Unicode normalization form C"),
            (["user", "add", "abc", "--service", "--description", "\u{1B}[2J"], "must not contain control characters"),
            (
                ["user", "add", "alice", "--email", "alice", "--full-name", "A", "--role", "viewer"],
                "--email: An email address must have an @-sign."
            ),
            (
                ["user", "add", "alice", "--email", "a@b.test", "--full-name", "A", "--role", "viewer"],
                "--email: The part after the @-sign is a special-use"
            ),
            (
                ["user", "add", "alice", "--email", "a@b.org", "--full-name", "A", "--role", "service"],
                "'admin', 'analyst' or 'viewer'"
            ),
            (["user", "role", "alice", "boss"], "'admin', 'analyst' or 'viewer'"),
            (["user", "role", "alice"], "Missing expected argument '<role>'"),
        ])
    func refused(_ arguments: [String], _ sentence: String) {
        expectUsageError(arguments, sentence)
    }

    @Test(
        "no argument and no flag takes a password",
        arguments: [
            ["user", "password", "alice", "a good password"], ["user", "password", "alice", "--password", "p"],
            ["user", "add"] + person + ["--password", "p"],
            ["import", "candi", "f", "--credential-file", "c", "--token", "t"],
            ["import", "candi", "f", "--credential-file", "c", "--credential", "t"],
            ["import", "suricata", "f", "--token", "t"],
        ])
    func secrets(_ arguments: [String]) {
        expectUsageError(arguments, "Un")
    }

    @Test("an import of analyses wants a credential and a time that can be waited")
    func importFlags() throws {
        let file = ["import", "candi", "f", "--credential-file", "c"]
        _ = try Verdict.parseAsRoot(file + ["--wait", "--wait-seconds", "0"])
        expectUsageError(file + ["--wait-seconds=-1"], "--wait-seconds: -1 is not between 0 and")
        expectUsageError(
            file + ["--wait-seconds", "9223372036854775807"], "--wait-seconds: 9223372036854775807 is not")
        expectUsageError(file + ["--concurrency", "0"], "--concurrency: 0 is not between 1 and 256")
        expectUsageError(["import", "candi", "f"], "set VERDICT_TOKEN, or name a --credential-file")
    }

    private func expectUsageError(_ arguments: [String], _ sentence: String) {
        do {
            _ = try Verdict.parseAsRoot(arguments)
            Issue.record("\(arguments) are understood")
        } catch {
            #expect(Verdict.exitCode(for: error) == .validationFailure)
            #expect(Verdict.fullMessage(for: error).contains(sentence), "\(Verdict.fullMessage(for: error))")
        }
    }
}
