/// Why nothing was changed.
enum AdministrationError: Error, Hashable, CustomStringConvertible {
    /// In the words of the server.
    case refused(String)
    /// Another process holds the directory and does not say where it could be asked.
    case unknownHolder(path: String, holder: String)
    /// What the directory says about its server is of one that is gone.
    case serverGone(path: String, address: String, reason: String)
    case otherServer(path: String, address: String)
    case unexpectedAnswer(address: String, what: String)

    var description: String {
        switch self {
        case .refused(let sentence):
            sentence
        case .unknownHolder(let path, let holder):
            """
            the data directory \(path) is in use by \(holder), which is no server that could be asked: try again when it \
            is done, or has started
            """
        case .serverGone(let path, let address, let reason):
            """
            the data directory \(path) names a server at \(address) that is gone (\(reason)), and another process holds \
            it now: try again when that is done, or has started
            """
        case .otherServer(let path, let address):
            """
            the data directory \(path) names a server at \(address), but another one answers there: try again when the \
            process that holds the directory is done, or has started
            """
        case .unexpectedAnswer(let address, let what):
            "the server at \(address) answered with something else than was asked for: \(what)"
        }
    }
}
