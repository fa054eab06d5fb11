import EventLog
import Evidence
import Foundation
import SQLiteEventStore
import Transparency

/// Whether the files of a backup are those that its manifest speaks of, and whether the log in them holds together.
struct BackupCheck {
    let directory: String
    let manifest: BackupManifest
    let pace: Pace

    /// - Throws: `BackupError.damaged`.
    func run() throws {
        guard manifest.files.contains(where: { $0.path == BackupContents.log }) else {
            throw damaged("its manifest does not speak of \(BackupContents.log)")
        }
        for file in manifest.files {
            let path = "\(directory)/\(file.path)"
            guard FileManager.default.fileExists(atPath: path) else { throw damaged("\(file.path) is missing") }
            let (sizeBytes, sha256) = try FileCopy.digest(of: path, pace: pace)
            guard sizeBytes == file.sizeBytes, sha256 == file.sha256 else {
                throw damaged("\(file.path) is not the file that was written (its SHA-256 is another one)")
            }
        }
        try checkLog("\(directory)/\(BackupContents.log)")
    }

    private func checkLog(_ path: String) throws {
        do {
            let log = try LogReader(path: path, pace: pace)
            defer { try? log.close() }
            if let damage = try log.damage() { throw damaged("\(BackupContents.log): \(damage)") }
            let end = try log.end()
            guard end?.position ?? 0 == manifest.position, end?.eventID.text == manifest.lastEventID else {
                throw damaged("\(BackupContents.log) does not end with the event that its manifest names")
            }
        } catch let error as EventStoreError {
            throw damaged("\(error)")
        }
    }

    private func damaged(_ reason: String) -> BackupError { .damaged(directory, reason) }
}

extension BackupManifest {
    /// Whether checkpoints of the log are among the files.
    var hasCheckpoint: Bool {
        files.contains { $0.path == BackupContents.checkpoint || $0.path.hasPrefix(BackupContents.cosigned) }
    }

    /// Compares a log that came out of the backup with every checkpoint that came with it.
    ///
    /// - Parameter data: the directory with the evidence.
    /// - Returns: what is wrong; empty for a log that agrees, and for one that nothing was ever published of.
    /// - Throws: `BackupError.keyMissing`, `EvidenceError`, `EventStoreError`.
    func findings(in log: any EventStore, data: String) throws -> [String] {
        guard hasCheckpoint else { return [] }
        guard let key = try EvidenceDirectory(data: data).signingKey()?.verifier else {
            throw BackupError.keyMissing(data)
        }
        return try LogAudit(log: log, data: data, key: key).run().findings
    }
}
