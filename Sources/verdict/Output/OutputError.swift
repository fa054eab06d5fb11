/// Why a command cannot go on writing.
enum OutputError: Error, Hashable, CustomStringConvertible {
    /// Whoever read along has seen enough: `head` for example.
    case readerGone
    case failed(name: String, reason: String)

    var description: String {
        switch self {
        case .readerGone: "nobody reads on"
        case .failed(let name, let reason): "\(name) cannot be written: \(reason)"
        }
    }
}
