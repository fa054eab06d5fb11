import ArgumentParser

struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Send what other systems have found to a running server, to be decided.",
        subcommands: [ImportSuricataCommand.self, ImportCANDICommand.self])
}
