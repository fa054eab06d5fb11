import ArgumentParser
import Identity

struct ChangeRoleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "role", abstract: "Give a person another role.")

    @Argument(help: "The user.")
    var name: String

    @Argument(help: "What he or she may do from now on.")
    var role: PersonRole

    @OptionGroup var options: DataOptions

    func run() async throws {
        var changes = UserChanges()
        changes.role = role.role
        try await options.change(name, changes)
        print("\(name) is \(role.role.rawValue)")
    }
}
