import Foundation
import Ledger
import SQLiteEventStore

/// Takes the files out of a backup into an empty directory, and compares what was written with the manifest. The log is
/// not finished by this.
struct Extraction {
    let manifest: BackupManifest
    /// Where the files lie.
    let backup: String
    /// Where the log lies.
    let log: String
    let pace: Pace

    /// - Throws: `BackupError`.
    func run(into target: FreshDirectory) throws(BackupError) {
        for file in manifest.files {
            guard file.path != BackupContents.log else {
                let copied = try FileCopy.copy(from: log, to: target.unfinishedLog, pace: pace)
                try compare(file, copied)
                continue
            }
            let path = "\(target.path)/\(file.path)"
            do throws(DurableFile.Failure) {
                try DurableFile.makeFolder((path as NSString).deletingLastPathComponent)
            } catch {
                throw .file(error)
            }
            try compare(file, try FileCopy.copy(from: "\(backup)/\(file.path)", to: path, pace: pace))
        }
    }

    private func compare(
        _ file: BackupManifest.File, _ copied: (sizeBytes: Int, sha256: String)
    ) throws(BackupError) {
        guard copied.sizeBytes == file.sizeBytes, copied.sha256 == file.sha256 else {
            throw .damaged(backup, "\(file.path) has changed while it was copied")
        }
    }
}
