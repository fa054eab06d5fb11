/// Finds the value of every setting: a flag goes before the environment, that before the file, that before the default.
struct SettingsResolver: Sendable {
    /// The file's path, where no flag names it.
    static let fileVariable = "VERDICT_CONFIG"

    let settings: [Setting]

    init(settings: [Setting] = Setting.all) {
        self.settings = settings
    }

    /// - Parameters:
    ///   - flags: the text of every flag that was given, by the setting's name.
    ///   - environment: all variables. An empty one counts as not set: that is how a compose file passes a variable
    ///     which nobody has set.
    ///   - file: the path of the file of settings; `VERDICT_CONFIG` names it otherwise.
    /// - Throws: `SettingsError` where the file cannot be used. Values are judged when they are read.
    func resolve(
        flags: [String: String], environment: [String: String], file path: String? = nil
    ) throws(SettingsError) -> ResolvedSettings {
        let environment = environment.filter { !$0.value.isEmpty }
        var file: SettingsFile?
        if let path = path ?? environment[Self.fileVariable] {
            file = try SettingsFile(path: path, settings: settings)
        }
        return ResolvedSettings(
            settings.map { setting in
                let (text, source) = Self.value(of: setting, flags: flags, environment: environment, file: file)
                return ResolvedSetting(setting: setting, text: text, source: source)
            })
    }

    private static func value(
        of setting: Setting, flags: [String: String], environment: [String: String], file: SettingsFile?
    ) -> (String, SettingSource) {
        if let text = flags[setting.name] {
            return (text, .flag(setting.name))
        }
        for variable in setting.environment {
            if let text = environment[variable] { return (text, .environment(variable)) }
        }
        if let file, let text = file.values[setting.name] {
            return (text, .file(file.path))
        }
        return (setting.defaultText, .standard)
    }
}
