/// Why a question about the record has no answer.
enum AuditCommandError: Error, Hashable, CustomStringConvertible {
    case noDecision(String)
    case unwritable(path: String, reason: String)

    var description: String {
        switch self {
        case .noDecision(let id):
            "there is no decision \(id) in this log"
        case .unwritable(let path, let reason):
            "\(path) cannot be written: \(reason)"
        }
    }
}
