import Foundation
import Projections
import Synchronization

/// The folder with everything that a server keeps, held by one process at a time.
package final class DataDirectory: Sendable {
    package let path: String
    /// Open as long as this process holds the directory; the kernel lets go of it even when the process is killed.
    private let lockDescriptor: Mutex<Int32?>

    package var eventsPath: String { path + "/events.db" }
    /// Where the read models of an earlier time are made; what lies there is left over from a kill.
    package var pastPath: String { path + "/past.db" }
    package var viewsPath: String { path + "/views.db" }
    package var auditPath: String { path + "/audit.db" }
    /// The log while a command line writes it: no server takes it for one.
    package var unfinishedEventsPath: String { path + "/" + Self.unfinishedLogName }

    /// What a backup says of itself. A directory with this file is one, and nobody serves it.
    package static let manifestName = "backup.json"
    /// How a log is called while it is copied or made.
    package static let unfinishedLogName = "events.db.unfinished"
    private static let lockName = "verdict.lock"

    /// Makes the folder where there is none, and takes hold of it.
    ///
    /// - Throws: `DataDirectoryError`, each with a sentence that says what to do.
    package init(path: String) throws {
        self.path = path
        try Self.make(path)
        try Self.refuseNetworkFileSystem(path)
        try Self.refuseCopy(path)
        lockDescriptor = Mutex(try Self.lock(path))
    }

    deinit { release() }

    /// Lets go of the directory, so that somebody else can take hold of it.
    package func release() {
        let descriptor = lockDescriptor.withLock { descriptor in
            defer { descriptor = nil }
            return descriptor
        }
        guard let descriptor else { return }
        // A process that is being started holds a copy of the descriptor for a moment: closing ours alone would leave the
        // lock with it.
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    private static func make(_ path: String) throws {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw DataDirectoryError.unusable(path: path, reason: error.localizedDescription)
        }
    }

    // MARK: One process

    private static func lock(_ path: String) throws -> Int32 {
        let descriptor = open("\(path)/\(lockName)", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw DataDirectoryError.unusable(path: path, reason: String(cString: strerror(errno)))
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let holder = holder(of: descriptor)
            close(descriptor)
            throw DataDirectoryError.held(path: path, holder: holder)
        }
        let sentence = Array("process \(getpid()) on \(ProcessInfo.processInfo.hostName)\n".utf8)
        ftruncate(descriptor, 0)
        pwrite(descriptor, sentence, sentence.count, 0)
        return descriptor
    }

    private static func holder(of descriptor: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        let text = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
        return text.isEmpty ? "another process" : text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    // MARK: Copies

    /// A server that wrote into a backup would spoil it.
    private static func refuseCopy(_ path: String) throws {
        if isBackup(path) { throw DataDirectoryError.isBackup(path: path) }
    }

    /// Whether the directory is one that a finished backup has made.
    package static func isBackup(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: "\(path)/\(manifestName)")
    }

    // MARK: Beginnings

    /// - Throws: `DataDirectoryError.unfinished` where the writing of a log was cut off.
    package func refuseUnfinishedLog() throws {
        guard FileManager.default.fileExists(atPath: unfinishedEventsPath) else { return }
        throw DataDirectoryError.unfinished(path: path, hasLog: FileManager.default.fileExists(atPath: eventsPath))
    }

    /// What only ever lies beside a log.
    private static let companions =
        ["events.db-wal"] + ViewsModel.all.flatMap(\.fileNames) + ["evidence/checkpoint"]

    /// A new log is begun only where there never was one.
    ///
    /// - Throws: `DataDirectoryError.lostLog` where the log is missing, but not what belongs to it.
    func refuseLostLog() throws {
        let files = FileManager.default
        guard !files.fileExists(atPath: eventsPath),
            let found = Self.companions.first(where: { files.fileExists(atPath: "\(path)/\($0)") })
        else { return }
        throw DataDirectoryError.lostLog(path: path, found: found)
    }

    /// - Throws: `DataDirectoryError.notEmpty` where the folder at `path` holds anything but the lock, and a log that somebody
    ///   began and did not finish.
    static func refuseContents(of path: String) throws {
        guard FileManager.default.fileExists(atPath: path) else { return }
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
        } catch {
            throw DataDirectoryError.unusable(path: path, reason: error.localizedDescription)
        }
        if let found = names.first(where: { $0 != lockName && !$0.hasPrefix(unfinishedLogName) }) {
            throw DataDirectoryError.notEmpty(path: path, holding: found)
        }
    }

    /// Lets go of a folder in which nothing was left, and removes the folder if nobody else has put anything into it.
    func releaseAndRemove() {
        unlink("\(path)/\(Self.lockName)")
        release()
        rmdir(path)
    }

    // MARK: Local disks only

    /// SQLite's locks and its shared memory do not work across machines, so a log there would be damaged.
    private static func refuseNetworkFileSystem(_ path: String) throws {
        // A file of the kernel comes in pieces, and `String(contentsOfFile:)` stops after the first of them.
        let table = FileHandle(forReadingAtPath: "/proc/self/mounts")
        guard let bytes = try? table?.readToEnd() else { return }
        let mounts = String(decoding: bytes, as: UTF8.self)
        let resolved = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        if let type = MountTable(mounts).fileSystem(of: resolved), MountTable.isNetwork(type) {
            throw DataDirectoryError.networkFileSystem(path: path, type: type)
        }
    }

    /// Writes a little and syncs it: whether the disk takes anything.
    ///
    /// - Throws: `DataDirectoryError.unusable`.
    package func probe() throws {
        let probe = path + "/verdict.probe"
        let descriptor = open(probe, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw DataDirectoryError.unusable(path: path, reason: String(cString: strerror(errno)))
        }
        defer {
            close(descriptor)
            unlink(probe)
        }
        let bytes = [UInt8](repeating: 0, count: 64 * 1024)
        guard write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0 else {
            throw DataDirectoryError.unusable(path: path, reason: String(cString: strerror(errno)))
        }
    }
}

package enum DataDirectoryError: Error, CustomStringConvertible {
    case unusable(path: String, reason: String)
    case held(path: String, holder: String)
    case networkFileSystem(path: String, type: String)
    case isBackup(path: String)
    /// Something is there already; one thing is named.
    case notEmpty(path: String, holding: String)
    /// - Parameter hasLog: whether there is a whole log too.
    case unfinished(path: String, hasLog: Bool)
    /// There is no log, but something that belongs to one is there.
    case lostLog(path: String, found: String)

    package var description: String {
        switch self {
        case .unusable(let path, let reason):
            "the data directory \(path) cannot be used: \(reason)"
        case .held(let path, let holder):
            "the data directory \(path) is in use by \(holder): stop that server, or choose another directory with --data"
        case .networkFileSystem(let path, let type):
            """
            the data directory \(path) lies on a network file system (\(type)), where SQLite's locks do not protect \
            the log: choose a directory on a local disk with --data
            """
        case .isBackup(let path):
            "\(path) is a backup: `verdict restore \(path) --data DIR` makes a data directory of it"
        case .notEmpty(let path, let holding):
            "\(path) is not empty, it holds \(holding): name a directory that is empty, or none yet"
        case .unfinished(let path, let hasLog):
            """
            the data directory \(path) holds a log that was not finished (events.db.unfinished), because the command that \
            wrote it was cut off: \(hasLog ? "remove that file, beside it is a whole log" : "run it again in an empty directory")
            """
        case .lostLog(let path, let found):
            """
            the log \(path)/events.db is missing, but \(found) is there: put the log back, events.db with the events.db-wal \
            that belongs to it, or begin a new one in another directory
            """
        }
    }
}
