import ArgumentParser
import Foundation

/// `--data`, as `verdict serve` reads it: the flag, else the environment, else the default.
struct DataOption: ParsableArguments {
    @Option(help: Setting.data.flagHelp)
    var data: String?

    /// - Throws: `SettingsError`.
    func path(environment: [String: String] = ProcessInfo.processInfo.environment) throws(SettingsError) -> String {
        let flags = data.map { [Setting.data.name: $0] } ?? [:]
        return try SettingsResolver(settings: [.data]).resolve(flags: flags, environment: environment).text(.data)
    }
}
