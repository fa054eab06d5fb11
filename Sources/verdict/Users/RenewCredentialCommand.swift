import ArgumentParser

struct RenewCredentialCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "credential", abstract: "Give a program a new credential, which is printed this once.",
        discussion: "The old one is void at once.")

    @Argument(help: "The program.")
    var name: String

    @OptionGroup var options: DataOptions

    func run() async throws {
        let credential = try await options.administering { try await $0.renewCredential(of: name) }
        Explanation.say("the old credential of \(name) is void; this is the new one, which is shown this once:")
        print(credential)
    }
}
