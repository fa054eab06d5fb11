import ArgumentParser
import Identity

struct ChangePasswordCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "password", abstract: "Give a person a new password, which is asked for.",
        discussion: "Ends all of the user's logins.")

    @Argument(help: "The user.")
    var name: String

    @OptionGroup var options: DataOptions

    func run() async throws {
        let password = try await NewPassword.ask(for: name)
        try await options.change(name, UserChanges(), password: password)
        print("\(name) has a new password")
    }
}
