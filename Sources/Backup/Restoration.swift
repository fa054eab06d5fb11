import EventLog
import Evidence
import Foundation
import Ledger
import SQLiteEventStore

/// Makes a data directory of a backup, and leaves a note for the first start that the log went back to it.
package struct Restoration {
    private let backup: String
    private let replica: String?
    private let data: String
    private let pace = Pace(bytesPerSecond: nil)
    private let time: any TimeSource

    /// - Parameter replica: a log that goes on where that of the backup ends, to be taken instead of it.
    package init(of backup: String, replica: String? = nil, to data: String, time: any TimeSource = SystemTime()) {
        self.backup = backup
        self.replica = replica
        self.data = data
        self.time = time
    }

    package struct Report: Sendable {
        package let manifest: BackupManifest
        /// The last event that is there again.
        package let position: Position
        /// Whether the log was compared with a checkpoint that was published of it.
        package let isProven: Bool
    }

    /// - Throws: `BackupError`, `DataDirectoryError`, `EvidenceError`, `EventStoreError`. Then nothing is left behind.
    package func run() throws -> Report {
        let manifest = try BackupManifest.read(in: backup)
        try BackupCheck(directory: backup, manifest: manifest, pace: pace).run()
        if let replica { try Self.refuseLive(replica) }
        let target = try FreshDirectory(path: data)
        do {
            let position = try restore(manifest, into: target)
            return Report(manifest: manifest, position: position, isProven: manifest.hasCheckpoint)
        } catch {
            target.discard()
            throw error
        }
    }

    private static func refuseLive(_ replica: String) throws(BackupError) {
        let size = try? FileManager.default.attributesOfItem(atPath: "\(replica)-wal")[.size] as? Int
        guard size ?? 0 == 0 else { throw .liveReplica(replica) }
    }

    private func restore(_ manifest: BackupManifest, into target: FreshDirectory) throws -> Position {
        try Extraction(manifest: manifest, backup: backup, log: "\(backup)/\(BackupContents.log)", pace: pace)
            .run(into: target)
        if let replica {
            _ = try FileCopy.copy(from: replica, to: target.unfinishedLog, pace: pace)
            try LogCopy.makeSelfContained(target.unfinishedLog)
        }
        let log = try LogReader(path: target.unfinishedLog)
        defer { try? log.close() }
        if let replica { try compare(log, of: replica, with: manifest) }
        let findings = try manifest.findings(in: log, data: data)
        guard findings.isEmpty else { throw BackupError.damaged(backup, findings.joined(separator: "; ")) }
        let position = try log.lastPosition
        let restored = LogRestored(
            position: position, backupMadeAt: replica == nil ? manifest.madeAt : nil, restoredAt: time.now())
        try RestoreMarker.write(restored, in: data)
        try target.finishLog()
        return position
    }

    /// The replica has to hold what the backup holds.
    private func compare(_ log: LogReader, of replica: String, with manifest: BackupManifest) throws {
        if let damage = try log.damage() { throw BackupError.otherReplica(replica, reason: damage) }
        guard try log.lastPosition >= manifest.position else {
            throw BackupError.otherReplica(
                replica, reason: "it has \(try log.lastPosition) events, and the backup has \(manifest.position)")
        }
        let kept = try LogReader(path: "\(backup)/\(BackupContents.log)")
        defer { try? kept.close() }
        if let position = try kept.firstDifference(from: log, upTo: manifest.position) {
            throw BackupError.otherReplica(replica, reason: "the event at position \(position) is another one")
        }
    }
}
