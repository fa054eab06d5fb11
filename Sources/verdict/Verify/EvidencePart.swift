import EventLog
import Evidence
import Foundation
import Transparency

/// The log against everything that was published of it.
struct EvidencePart {
    let dataPath: String
    let key: VerifierKey?
    let witnesses: [VerifierKey]
    /// Files with checkpoints that somebody brings along.
    let checkpoints: [String]

    /// - Throws: `EvidenceCommandError.noKey`, `InputError`, `EvidenceError`, `EventStoreError`.
    func run(_ log: any EventStore) throws -> (key: VerifierKey, audit: LogAudit.Report) {
        let directory = EvidenceDirectory(data: dataPath)
        guard let key = try key ?? directory.signingKey()?.verifier else { throw EvidenceCommandError.noKey(dataPath) }
        let brought = try checkpoints.map { file in
            LogAudit.Brought(name: file, note: try Self.note(file))
        }
        let audit = LogAudit(log: log, data: dataPath, key: key, witnesses: witnesses)
        return (key, try audit.run(brought))
    }

    private static func note(_ file: String) throws -> SignedNote {
        let bytes: Data
        do {
            bytes = try Data(contentsOf: URL(fileURLWithPath: file))
        } catch {
            throw InputError.fileUnreadable(path: file, reason: error.localizedDescription)
        }
        do throws(NoteError) {
            return try SignedNote(bytes: Array(bytes))
        } catch {
            throw EvidenceError.damagedFile(path: file, reason: "\(error)")
        }
    }
}
