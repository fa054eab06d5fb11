import ArgumentParser

struct ResetSecondFactorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reset-2fa", abstract: "Let a person who has lost the second factor log in without.")

    @Argument(help: "The user.")
    var name: String

    @OptionGroup var options: DataOptions

    func run() async throws {
        try await options.administering { try await $0.resetSecondFactor(of: name) }
        print("\(name) has no second factor")
    }
}
