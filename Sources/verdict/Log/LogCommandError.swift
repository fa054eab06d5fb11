import EventLog

/// Why a command on a log cannot do its work.
enum LogCommandError: Error, Hashable, CustomStringConvertible {
    case noLog(String)
    case beyondTheEnd(Position, last: Position)
    /// `first` is the time of the first event; nil for an empty log.
    case beforeTheBeginning(Timestamp, first: Timestamp?)

    var description: String {
        switch self {
        case .noLog(let path): "\(path) holds no log: name the data directory with --data"
        case .beyondTheEnd(let position, let last): "the log has no position \(position), its last one is \(last)"
        case .beforeTheBeginning(let moment, .some(let first)):
            "nothing was recorded by \(moment.rfc3339): the first event is of \(first.rfc3339)"
        case .beforeTheBeginning(_, .none): "the log is empty"
        }
    }
}
