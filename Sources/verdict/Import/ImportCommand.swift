import ArgumentParser

struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Send what other systems have found to a running server, or make a log of an export.",
        subcommands: [ImportSuricataCommand.self, ImportCANDICommand.self, ImportEventsCommand.self])
}
