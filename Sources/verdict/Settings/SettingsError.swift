/// Why the settings cannot be used, each as one sentence that also says what would be right.
enum SettingsError: Error, Hashable, CustomStringConvertible {
    /// `value` is masked already where the setting is a secret.
    case unusable(name: String, value: String, source: SettingSource, wanted: String)
    case fileUnreadable(path: String, reason: String)
    case fileNotJSON(path: String, reason: String)
    case fileNotAnObject(path: String)
    case fileUnknownMember(path: String, member: String, known: [String])
    case fileMemberUnusable(path: String, member: String)

    var description: String {
        switch self {
        case .unusable(let name, let value, let source, let wanted):
            "\(name): '\(value)' from \(source) is not \(wanted)"
        case .fileUnreadable(let path, let reason):
            "the settings file \(path) cannot be read: \(reason)"
        case .fileNotJSON(let path, let reason):
            "the settings file \(path) is not JSON: \(reason)"
        case .fileNotAnObject(let path):
            "the settings file \(path) is not a JSON object, such as {\"port\": 8001}"
        case .fileUnknownMember(let path, let member, let known):
            "the settings file \(path) has the unknown member '\(member)'; known are \(known.joined(separator: ", "))"
        case .fileMemberUnusable(let path, let member):
            """
            \(member): the value in the settings file \(path) is neither a string, a number, true, false, \
            nor an array of strings without commas
            """
        }
    }
}
