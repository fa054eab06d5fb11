import EventLog
import Ledger

/// Why there is no evidence, each with a sentence that says what to do.
package enum EvidenceError: Error, Sendable, CustomStringConvertible {
    case file(DurableFile.Failure)
    case damagedFile(path: String, reason: String)
    case openKey(path: String)
    case keyExists(path: String)
    case keyMissing(path: String, origin: String)
    /// The log does not continue what was published of it.
    case historyBroken(String)
    case noSuchEvent(Position)
    case closed

    package var description: String {
        switch self {
        case .file(let failure): "\(failure)"
        case .damagedFile(let path, let reason): "\(path) is damaged: \(reason)"
        case .openKey(let path): "others on this machine may read the secret key \(path): chmod 600 \(path)"
        case .keyExists(let path): "the log has its key already, in \(path): `verdict keys rotate` starts a new origin"
        case .keyMissing(let path, let origin):
            """
            the log has published checkpoints of \(origin), but its key \(path) is gone: put it back, or start a new \
            origin with `verdict keys rotate`
            """
        case .historyBroken(let sentence): sentence
        case .noSuchEvent(let position): "there is no event at position \(position)"
        case .closed: "the server is shutting down"
        }
    }
}
