import ArgumentParser
import Identity

struct DeactivateUserCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deactivate", abstract: "Shut a user out; all of the user's tokens are void at once.")

    @Argument(help: "The user.")
    var name: String

    @OptionGroup var options: DataOptions

    func run() async throws {
        var changes = UserChanges()
        changes.isActive = false
        try await options.change(name, changes)
        print("\(name) is deactivated")
    }
}
