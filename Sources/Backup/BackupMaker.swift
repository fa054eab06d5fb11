import EventLog
import Evidence
import Foundation
import Ledger
import SQLiteEventStore

/// Copies a data directory, beside a running server, without disturbing it: nothing of it is locked or written.
///
/// First the evidence, then the log: a checkpoint is signed when its events are on the disk, so none in the copy covers
/// an event that is not in it. Last the manifest, once a directory that was restored from the copy has turned out to be
/// what was copied.
package struct BackupMaker {
    private let data: String
    private let target: String
    private let version: String
    private let pace: Pace
    private let time: any TimeSource

    /// - Parameters:
    ///   - version: of this program.
    ///   - pace: how fast the log is copied and compared.
    package init(
        of data: String, to target: String, version: String, pace: Pace, time: any TimeSource = SystemTime()
    ) {
        self.data = data
        self.target = target
        self.version = version
        self.time = time
        self.pace = pace
    }

    package struct Report: Sendable {
        package let manifest: BackupManifest
        /// What lies in the data directory and was not copied because nobody knows what it is.
        package let strangers: [String]
    }

    /// - Throws: `BackupError`, `EvidenceError`, `EventStoreError`. Then nothing is left behind.
    package func run() throws -> Report {
        let source = "\(data)/\(BackupContents.log)"
        guard FileManager.default.fileExists(atPath: source) else { throw BackupError.noLog(data) }
        guard !Self.resolved(target).hasPrefix(Self.resolved(data) + "/") else {
            throw BackupError.inside(target, data: data)
        }
        let directory = try FreshDirectory(path: target)
        do {
            let manifest = try copy(into: directory, log: source)
            try prove(manifest, in: directory, source: source)
            try directory.finishLog()
            try manifest.write(in: target)
            return Report(manifest: manifest, strangers: BackupContents.strangers(in: data))
        } catch {
            directory.discard()
            throw error
        }
    }

    private static func resolved(_ path: String) -> String {
        URL(fileURLWithPath: path).standardizedFileURL.resolvingSymlinksInPath().path
    }

    // MARK: Copying

    private func copy(into directory: FreshDirectory, log: String) throws -> BackupManifest {
        let madeAt = time.now()
        var paths = try BackupContents.smallFiles(in: data)
        for path in paths { try copy(path, into: directory) }
        let end: LogEnd?
        do {
            end = try LogCopy.copy(from: log, to: directory.unfinishedLog, pace: pace)
        } catch let error as EventStoreError {
            throw BackupError.notCopied(target, reason: "\(error)")
        }
        // Events may need a key that was made since the first look.
        for path in try BackupContents.files(in: data, below: BackupContents.keys) {
            try copy(path, into: directory)
            if !paths.contains(path) { paths.append(path) }
        }
        var files: [BackupManifest.File] = []
        for path in paths + [BackupContents.log] {
            let copied = path == BackupContents.log ? directory.unfinishedLog : "\(target)/\(path)"
            let (sizeBytes, sha256) = try FileCopy.digest(of: copied, pace: pace)
            files.append(BackupManifest.File(path: path, sizeBytes: sizeBytes, sha256: sha256))
        }
        return BackupManifest(
            version: version, madeAt: madeAt, position: end?.position ?? 0, lastEventID: end?.eventID.text,
            files: files)
    }

    private func copy(_ path: String, into directory: FreshDirectory) throws(BackupError) {
        do throws(DurableFile.Failure) {
            // What was there a moment ago may be gone: what a witness has signed moves when a new origin begins.
            guard let bytes = try DurableFile.read("\(data)/\(path)") else {
                throw .unreadable(path: path, reason: "it is gone")
            }
            try DurableFile.write(bytes, to: "\(target)/\(path)")
        } catch {
            throw .file(error)
        }
    }

    // MARK: Proving

    /// Restores the copy beside itself, opens it as a server would, and compares it with the source.
    private func prove(_ manifest: BackupManifest, in directory: FreshDirectory, source: String) throws {
        let restored = try FreshDirectory(path: "\(target)/restored.unfinished")
        defer { restored.discard() }
        try Extraction(manifest: manifest, backup: target, log: directory.unfinishedLog, pace: pace).run(into: restored)
        try restored.finishLog()
        let log = try SQLiteEventStore(path: "\(restored.path)/\(BackupContents.log)")
        defer { try? log.close() }
        try compare("\(restored.path)/\(BackupContents.log)", with: source, upTo: manifest)
        try compareSchema(directory.unfinishedLog, with: source)
        let findings = try manifest.findings(in: log, data: restored.path)
        guard findings.isEmpty else { throw BackupError.notTheSame(findings.joined(separator: "; ")) }
    }

    private func compare(_ copy: String, with source: String, upTo manifest: BackupManifest) throws {
        let (ours, theirs) = (try LogReader(path: copy), try LogReader(path: source, pace: pace))
        defer {
            try? ours.close()
            try? theirs.close()
        }
        if let damage = try ours.damage() { throw BackupError.notTheSame(damage) }
        let end = try ours.end()
        guard end?.position ?? 0 == manifest.position, end?.eventID.text == manifest.lastEventID else {
            throw BackupError.notTheSame("it does not end where the log ended")
        }
        if let position = try ours.firstDifference(from: theirs, upTo: manifest.position) {
            throw BackupError.notTheSame("the event at position \(position) is not the one in \(source)")
        }
    }

    /// Of the copy itself: what was opened as a server does may have been brought to a newer schema.
    private func compareSchema(_ copy: String, with source: String) throws {
        let (ours, theirs) = (try LogReader(path: copy), try LogReader(path: source))
        defer {
            try? ours.close()
            try? theirs.close()
        }
        guard try ours.hasSchema(of: theirs) else { throw BackupError.notTheSame("its tables are others") }
    }
}
