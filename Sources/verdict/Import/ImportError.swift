/// Why an import ends before the end of its file.
enum ImportError: Error, Hashable, CustomStringConvertible {
    case fileUnreadable(path: String, reason: String)
    case serverUnreachable(ServerAddress, reason: String)

    var description: String {
        switch self {
        case .fileUnreadable(let path, let reason):
            "\(path == "-" ? "standard input" : path) cannot be read: \(reason)"
        case .serverUnreachable(let server, let reason):
            """
            no server answers at \(server) (\(reason)): start one with `verdict serve`, or name another with --server, \
            and import again; what has arrived already is not doubled
            """
        }
    }
}
