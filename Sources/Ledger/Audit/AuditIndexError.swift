import EventLog

/// Why the audit index answers nothing now.
package enum AuditIndexError: Error, Equatable, CustomStringConvertible {
    /// It is being brought up to what was recorded, which took longer than anybody should wait.
    case behind(reached: Position, wanted: Position)
    /// Its file cannot be written or read.
    case unavailable(String)
    case closed

    package var description: String {
        switch self {
        case .behind(let reached, let wanted):
            "The audit index has taken \(reached) of \(wanted) events, try again soon"
        case .unavailable(let reason):
            "The audit index cannot be used now: \(reason)"
        case .closed:
            "The server is shutting down"
        }
    }
}
