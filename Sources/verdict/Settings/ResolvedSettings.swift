import Evidence
import Logging

/// All settings with their values, read as the type that is wanted.
///
/// Every reader throws a `SettingsError` that names the setting, the value, its source, and what would be right.
struct ResolvedSettings: Sendable {
    private let resolved: [ResolvedSetting]

    init(_ resolved: [ResolvedSetting]) {
        self.resolved = resolved
    }

    /// For printing at the start, in the order of the table; secrets read `***`.
    func describe() -> [(name: String, value: String, source: SettingSource)] {
        resolved.map { ($0.setting.name, $0.shownText, $0.source) }
    }

    /// A text that is not empty.
    func text(_ setting: Setting) throws(SettingsError) -> String {
        let value = value(of: setting)
        guard !value.text.isEmpty else { throw value.error("a text of at least one character") }
        return value.text
    }

    /// Nil for an empty text.
    func optionalText(_ setting: Setting) -> String? {
        let text = value(of: setting).text
        return text.isEmpty ? nil : text
    }

    /// The error for a value that goes with no other one.
    func error(_ setting: Setting, _ wanted: String) -> SettingsError {
        value(of: setting).error(wanted)
    }

    func wholeNumber(_ setting: Setting, in range: ClosedRange<Int>) throws(SettingsError) -> Int {
        let value = value(of: setting)
        guard let number = Int(value.text), range.contains(number) else {
            throw value.error("a whole number between \(range.lowerBound) and \(range.upperBound)")
        }
        return number
    }

    /// `true`, `yes`, `on`, `1` and their opposites, in any letter case.
    func truth(_ setting: Setting) throws(SettingsError) -> Bool {
        let value = value(of: setting)
        switch value.text.lowercased() {
        case "true", "yes", "on", "1": return true
        case "false", "no", "off", "0": return false
        default: throw value.error("true or false")
        }
    }

    /// One of `choices`, in any letter case.
    func choice<Choice: RawRepresentable & CaseIterable>(
        _ setting: Setting, of choices: Choice.Type
    ) throws(SettingsError) -> Choice where Choice.RawValue == String {
        let value = value(of: setting)
        guard let choice = Choice(rawValue: value.text.lowercased()) else {
            throw value.error("one of " + Choice.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return choice
    }

    /// Web origins, or `["*"]`; an empty text is the empty list.
    func origins(_ setting: Setting) throws(SettingsError) -> [String] {
        let value = value(of: setting)
        let origins = value.text.split(separator: ",").map { $0.trimming(" ") }.filter { !$0.isEmpty }
        if origins == ["*"] { return origins }
        guard origins.allSatisfy(Self.isOrigin) else {
            throw value.error("a comma list of origins such as http://localhost:3000, or * alone")
        }
        return origins
    }

    /// Browsers send scheme, host and port in lower case and nothing behind them, and origins are compared as texts:
    /// one that is written otherwise would never match, silently.
    static func isOrigin(_ text: String) -> Bool {
        guard let scheme = text.firstRange(of: "://"), scheme.lowerBound > text.startIndex else { return false }
        let rest = text[scheme.upperBound...]
        return !rest.isEmpty && text == text.lowercased()
            && !rest.contains { "/?#@*\"'\\".contains($0) || $0.isWhitespace }
    }

    /// Witnesses, each its key, a space and its URL, separated by commas; an empty text is the empty list.
    func witnesses(_ setting: Setting) throws(SettingsError) -> [Witness] {
        let value = value(of: setting)
        var witnesses: [Witness] = []
        for text in value.text.split(separator: ",") {
            let parts = text.split(separator: " ")
            guard parts.count == 2, let address = ServerAddress(argument: String(parts[1])),
                let witness = try? Witness(key: parts[0], url: address.text)
            else {
                throw value.error("a comma list of witnesses, each its key (name+key ID+key), a space and its URL")
            }
            witnesses.append(witness)
        }
        return witnesses
    }

    /// A setting outside the table has its default.
    func value(of setting: Setting) -> ResolvedSetting {
        resolved.first { $0.setting.name == setting.name }
            ?? ResolvedSetting(setting: setting, text: setting.defaultText, source: .standard)
    }
}

extension Substring {
    func trimming(_ character: Character) -> String {
        var text = self
        while text.first == character { text.removeFirst() }
        while text.last == character { text.removeLast() }
        return String(text)
    }
}
