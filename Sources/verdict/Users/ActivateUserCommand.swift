import ArgumentParser
import Identity

struct ActivateUserCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "activate", abstract: "Let a user in again.")

    @Argument(help: "The user.")
    var name: String

    @OptionGroup var options: DataOptions

    func run() async throws {
        var changes = UserChanges()
        changes.isActive = true
        try await options.change(name, changes)
        print("\(name) is active")
    }
}
