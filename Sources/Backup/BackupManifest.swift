import EventLog
import Ledger

/// What a backup says of itself, in `backup.json`. It is written last: a directory without it is no backup.
package struct BackupManifest: Sendable, Hashable {
    /// Another form of a backup gets another number.
    private static let format = "verdict-backup-1"

    package struct File: Sendable, Hashable {
        /// Below the directory, with `/`.
        package let path: String
        package let sizeBytes: Int
        /// In hexadecimal.
        package let sha256: String
    }

    /// Of the program that has made the backup.
    package let version: String
    package let madeAt: Timestamp
    /// The last event in it; 0 for a log without events.
    package let position: Position
    /// Nil for a log without events.
    package let lastEventID: String?
    package let files: [File]

    package init(version: String, madeAt: Timestamp, position: Position, lastEventID: String?, files: [File]) {
        self.version = version
        self.madeAt = madeAt
        self.position = position
        self.lastEventID = lastEventID
        self.files = files
    }

    package var sizeBytes: Int { files.reduce(0) { $0 + $1.sizeBytes } }

    static func path(in directory: String) -> String { "\(directory)/\(DataDirectory.manifestName)" }

    // MARK: Writing

    var json: String {
        var writer = JSONWriter(reservingCapacity: 1024)
        writer.object { writer in
            writer.member("format", Self.format)
            writer.member("version", version)
            writer.member("made_at", madeAt)
            writer.member("position", position)
            writer.member("last_event_id", lastEventID)
            writer.array("files") { writer in
                for file in files {
                    writer.object { writer in
                        writer.member("path", file.path)
                        writer.member("size_bytes", file.sizeBytes)
                        writer.member("sha256", file.sha256)
                    }
                }
            }
        }
        return writer.text
    }

    func write(in directory: String) throws(BackupError) {
        do throws(DurableFile.Failure) {
            try DurableFile.write(Array("\(json)\n".utf8), to: Self.path(in: directory))
        } catch {
            throw .file(error)
        }
    }

    // MARK: Reading

    /// - Throws: `BackupError.notFinished` where there is none, and `BackupError.damaged` for one that says nothing.
    package static func read(in directory: String) throws(BackupError) -> BackupManifest {
        let bytes: [UInt8]?
        do throws(DurableFile.Failure) {
            bytes = try DurableFile.read(path(in: directory))
        } catch {
            throw .file(error)
        }
        guard let bytes else { throw .notFinished(directory) }
        do {
            return try BackupManifest(PayloadReader(bytes))
        } catch let error as PayloadError where error.member == "format" {
            throw .otherFormat(directory)
        } catch {
            throw .damaged(directory, "\(DataDirectory.manifestName) cannot be read")
        }
    }

    private init(_ payload: PayloadReader) throws {
        guard try payload.string("format") == Self.format else { throw PayloadError(member: "format") }
        guard let entries = try payload.json("files").arrayValue else { throw PayloadError(member: "files") }
        let files = try entries.map { entry in
            guard let object = entry.objectValue else { throw PayloadError(member: "files") }
            return try File(PayloadReader(object))
        }
        self.init(
            version: try payload.string("version"), madeAt: try payload.timestamp("made_at"),
            position: try payload.int("position"), lastEventID: try payload.optionalString("last_event_id"),
            files: files)
    }
}

extension BackupManifest.File {
    /// Refuses a path that leads out of the directory: somebody else may have written the manifest.
    fileprivate init(_ payload: PayloadReader) throws {
        let path = try payload.string("path")
        let names = path.split(separator: "/", omittingEmptySubsequences: false)
        guard !names.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." || $0.utf8.contains(0) }) else {
            throw PayloadError(member: "path")
        }
        self.init(path: path, sizeBytes: try payload.int("size_bytes"), sha256: try payload.string("sha256"))
    }
}
