/// A setting with its value and where that comes from.
struct ResolvedSetting: Sendable {
    let setting: Setting
    let text: String
    let source: SettingSource

    /// What may be shown.
    var shownText: String { setting.isSecret && !text.isEmpty ? "***" : text }

    /// The error for a value that is not `wanted`.
    func error(_ wanted: String) -> SettingsError {
        .unusable(name: setting.name, value: shownText, source: source, wanted: wanted)
    }
}
