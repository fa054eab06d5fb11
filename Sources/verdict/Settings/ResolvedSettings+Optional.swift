/// Values that may be absent, or unusable without harm.
extension ResolvedSettings {
    /// One of `choices`, or nil where nobody has set it.
    func optionalChoice<Choice: RawRepresentable & CaseIterable>(
        _ setting: Setting, of choices: Choice.Type
    ) throws(SettingsError) -> Choice? where Choice.RawValue == String {
        optionalText(setting) == nil ? nil : try choice(setting, of: choices)
    }

    /// Nil where nobody has set it.
    func optionalTruth(_ setting: Setting) throws(SettingsError) -> Bool? {
        optionalText(setting) == nil ? nil : try truth(setting)
    }

    /// The parts of a comma list.
    func names(_ setting: Setting) -> Set<String> {
        Set(value(of: setting).text.split(separator: ",").map { $0.trimming(" ") }.filter { !$0.isEmpty })
    }

    /// A comma list of servers, each as a browser writes an origin.
    func addresses(_ setting: Setting) throws(SettingsError) -> [String] {
        let addresses = names(setting).sorted()
        guard addresses.allSatisfy({ $0.hasPrefix("http") && Self.isOrigin($0) }) else {
            throw value(of: setting).error("a comma list of addresses such as http://127.0.0.1:3000")
        }
        return addresses
    }

    /// A number whose mistakes are reported and replaced by the default.
    func wholeNumber(
        _ setting: Setting, in range: ClosedRange<Int>, orDefault standard: Int, complaints: inout [SettingsError]
    ) -> Int {
        do throws(SettingsError) {
            return try wholeNumber(setting, in: range)
        } catch {
            complaints.append(error)
            return standard
        }
    }
}
