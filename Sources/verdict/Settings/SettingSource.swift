/// Where a value comes from, in the words that an operator would look for.
enum SettingSource: Sendable, Hashable, CustomStringConvertible {
    case flag(String)
    case environment(String)
    case file(String)
    case standard

    var description: String {
        switch self {
        case .flag(let name): "--\(name)"
        case .environment(let variable): variable
        case .file(let path): path
        case .standard: "the default"
        }
    }
}
