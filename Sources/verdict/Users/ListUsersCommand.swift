import ArgumentParser
import EventLog

struct ListUsersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Print all users.")

    @Flag(help: "As JSON: an array of objects.")
    var json = false

    @OptionGroup var options: DataOptions

    func run() async throws {
        let users = try await options.administering { try await $0.users() }
        print(json ? JSON.array(users).text : UserTable.text(of: users))
    }
}
