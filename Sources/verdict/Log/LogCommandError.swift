import EventLog

/// Why a command on a log cannot do its work.
enum LogCommandError: Error, Hashable, CustomStringConvertible {
    case noLog(String)
    /// Somebody serves the directory.
    case held(String, by: String)
    case beyondTheEnd(Position, last: Position)
    /// `first` is the time of the first event; nil for an empty log.
    case beforeTheBeginning(Timestamp, first: Timestamp?)

    var description: String {
        switch self {
        case .noLog(let path): "\(path) holds no log: name the data directory with --data"
        case .held(let path, let holder):
            """
            \(path) is in use by \(holder): stop that server first, or ask it to build its views again beside those that it \
            serves from, with POST /api/v1/admin/projections/rebuild
            """
        case .beyondTheEnd(let position, let last): "the log has no position \(position), its last one is \(last)"
        case .beforeTheBeginning(let moment, .some(let first)):
            "nothing was recorded by \(moment.rfc3339): the first event is of \(first.rfc3339)"
        case .beforeTheBeginning(_, .none): "the log is empty"
        }
    }
}
