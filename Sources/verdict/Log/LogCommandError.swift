import EventLog

/// Why a command on a log cannot do its work.
enum LogCommandError: Error, Hashable, CustomStringConvertible {
    case noLog(String)

    var description: String {
        switch self {
        case .noLog(let path): "\(path) holds no log: name the data directory with --data"
        }
    }
}
