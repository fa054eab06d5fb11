import Ledger

/// Why there is no backup, or nothing came out of one; each with a sentence that says what to do.
package enum BackupError: Error, Sendable, CustomStringConvertible {
    case file(DurableFile.Failure)
    case noLog(String)
    case notEmpty(String)
    case inside(String, data: String)
    /// Somebody else writes into the same directory.
    case taken(String)
    case notCopied(String, reason: String)
    case keyMissing(String)
    /// The copy is not what was copied.
    case notTheSame(String)
    case notFinished(String)
    case otherFormat(String)
    case damaged(String, String)
    case liveReplica(String)
    case otherReplica(String, reason: String)

    package var description: String {
        switch self {
        case .file(let failure): "\(failure)"
        case .noLog(let path): "\(path) holds no log: name the data directory with --data"
        case .notEmpty(let path): "\(path) is not empty: name a directory that is empty, or that is not there yet"
        case .inside(let path, let data):
            "\(path) lies in the data directory \(data): what happens to that would happen to the backup too"
        case .taken(let path): "another program writes into \(path) already"
        case .notCopied(let path, let reason): "the copy cannot be written to \(path): \(reason)"
        case .keyMissing(let data):
            """
            \(data) has published checkpoints, but the key they were signed with, evidence.key, is gone: put it back \
            first, or whoever restores the backup can prove nothing
            """
        case .notTheSame(let reason): "the backup was made and is not sound, so it was removed again: \(reason)"
        case .notFinished(let path):
            "\(path) is no finished backup: it has no \(DataDirectory.manifestName), which is written last"
        case .otherFormat(let path): "\(path) is a backup of another form: restore it with the version that made it"
        case .damaged(let path, let reason): "the backup \(path) is damaged, nothing was restored: \(reason)"
        case .liveReplica(let path):
            """
            \(path) has a write-ahead log beside it, so it is in use, or is not whole: name a file that your replication \
            has restored
            """
        case .otherReplica(let path, let reason): "\(path) does not continue the log of the backup: \(reason)"
        }
    }
}
