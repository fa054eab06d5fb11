import ArgumentParser
import EventLog
import HTTPAPI
import Ledger

/// `verdict history`
struct HistoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Print the whole story of a decision.",
        discussion: """
            Each step with who, when, how long after the question and under which session, and what it changed. Works on the \
            data directory, beside a running server too, and changes nothing there.
            """)

    @Argument(help: "The id of the decision.")
    var id: String

    @Flag(help: "As JSON, with everything that is recorded.")
    var json = false

    @Flag(help: "Show personal data, which is taken out of the JSON otherwise.")
    var unredacted = false

    @Option(name: .shortAndLong, help: ArgumentHelp("Where to write it. (default: standard output)", valueName: "file"))
    var output: String?

    @OptionGroup var options: DataOptions

    func run() async throws {
        let story = try await options.asking { try await $0.story(of: id) }
        guard let story else { throw AuditCommandError.noDecision(id) }
        guard json else { return try AuditOutput.write(Array(StoryText.text(of: story).utf8), to: output) }
        var writer = JSONWriter()
        story.write(to: &writer, AuditSnapshots(redacts: !unredacted, shortens: false))
        try AuditOutput.write(writer.bytes + [UInt8(ascii: "\n")], to: output)
    }
}
