import ArgumentParser

/// `verdict user`
struct UserCommandGroup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user", abstract: "Manage the people and programs that may use a server.",
        discussion: """
            Works on the data directory while no server runs on it, and through the server while one does; who may read the \
            directory may manage its users. A directory without users begins with the administrator admin.

            Passwords are asked for on the terminal, or read from standard input: one line.
            """,
        subcommands: [
            AddUserCommand.self, ListUsersCommand.self, DeactivateUserCommand.self, ActivateUserCommand.self,
            ChangeRoleCommand.self, ChangePasswordCommand.self, ResetSecondFactorCommand.self,
            RenewCredentialCommand.self,
        ])
}
