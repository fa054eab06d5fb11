import ArgumentParser

struct RotateKeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate-keys", abstract: "Sign new tokens with a new key.",
        discussion: """
            Tokens of the old key stay good until they expire. A key that comes from the configuration \
            (VERDICT_SECRET_KEY) is changed there.
            """)

    @OptionGroup var options: DataOptions

    func run() async throws {
        try await options.administering { try await $0.rotateKeys() }
        print("new tokens are signed with a new key")
    }
}
