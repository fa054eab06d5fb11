/// Why something that a command was to read cannot be used.
enum InputError: Error, Hashable, CustomStringConvertible {
    case fileUnreadable(path: String, reason: String)
    case credentialUnusable(source: String, reason: String)

    var description: String {
        switch self {
        case .fileUnreadable(let path, let reason):
            "\(path == "-" ? "standard input" : path) cannot be read: \(reason)"
        case .credentialUnusable(let source, let reason):
            "\(source) holds no token: \(reason)"
        }
    }
}
