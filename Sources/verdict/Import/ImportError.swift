/// Why an import ends before the end of its file.
enum ImportError: Error, Hashable, CustomStringConvertible {
    case serverUnreachable(ServerAddress, reason: String)
    /// The server does not know who asks, or does not let them ask.
    case callerRefused(ServerAddress, reason: String)

    var description: String {
        switch self {
        case .serverUnreachable(let server, let reason):
            """
            no server answers at \(server) (\(reason)): start one with `verdict serve`, or name another with --server, \
            and import again; what has arrived already is not doubled
            """
        case .callerRefused(let server, let reason):
            """
            the server at \(server) does not take questions from this caller (\(reason)): give it the credential of a \
            service (verdict user add NAME --service) with --credential-file or in VERDICT_TOKEN, and import again; \
            what has arrived already is not doubled
            """
        }
    }
}
