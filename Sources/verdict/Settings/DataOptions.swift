import ArgumentParser
import Foundation
import Identity

/// The flags of a command that works on a data directory, whoever holds it.
struct DataOptions: ParsableArguments {
    @Option(help: Setting.data.flagHelp)
    var data: String?

    @Option(
        help: ArgumentHelp(
            "The JSON file of settings that the server is started with. (environment: VERDICT_CONFIG)",
            valueName: "file"))
    var config: String?

    /// - Throws: `SettingsError`.
    func settings(
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(SettingsError) -> DataSettings {
        let flags = data.map { [Setting.data.name: $0] } ?? [:]
        return try DataSettings(SettingsResolver().resolve(flags: flags, environment: environment, file: config))
    }
}

/// What has to be known of a server's settings to change its users while it is stopped.
struct DataSettings: Sendable {
    let dataPath: String
    let passwordCost: PasswordCost
    /// Nil for the password that everybody knows.
    let adminPassword: String?
    /// Whether the server makes its signing keys itself.
    let ownsKeys: Bool

    /// - Throws: `SettingsError` for the first value that cannot be used.
    init(_ resolved: ResolvedSettings) throws(SettingsError) {
        dataPath = try resolved.text(.data)
        passwordCost = try resolved.passwordCost
        adminPassword = resolved.optionalText(.adminPassword)
        ownsKeys = resolved.optionalText(.secretKey) == nil
    }
}
