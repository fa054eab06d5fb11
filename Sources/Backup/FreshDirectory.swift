import Foundation
import Ledger

/// A directory that was empty, or was not there, and is filled by this program alone. What is in it counts once it is
/// whole: until then the log has another name, and after a failure everything is taken away again.
final class FreshDirectory {
    /// What may lie in an empty directory: the folder of a file system that was just made, and our own lock.
    private static let ignored: Set = ["lost+found", "verdict.lock"]

    let path: String
    private let wasThere: Bool

    /// Where the log lies as long as the directory is not whole.
    var unfinishedLog: String { "\(path)/\(DataDirectory.unfinishedLogName)" }

    /// Makes the directory, if need be, for its owner alone, and claims it.
    init(path: String) throws(BackupError) {
        self.path = path
        wasThere = FileManager.default.fileExists(atPath: path)
        if wasThere {
            let names: [String]
            do {
                names = try FileManager.default.contentsOfDirectory(atPath: path)
            } catch {
                throw .file(.unreadable(path: path, reason: error.localizedDescription))
            }
            guard names.allSatisfy({ Self.ignored.contains($0) }) else { throw .notEmpty(path) }
        }
        do throws(DurableFile.Failure) {
            try DurableFile.makeFolder(path)
        } catch {
            throw .file(error)
        }
        let descriptor = open(unfinishedLog, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            if errno == EEXIST { throw .taken(path) }
            let reason = String(cString: strerror(errno))
            if !wasThere { rmdir(path) }
            throw .file(.unwritable(path: path, reason: reason))
        }
        close(descriptor)
        // A directory that was there may have been made for everybody.
        chmod(path, 0o700)
    }

    /// Gives the log its name: from here on the directory is whole.
    func finishLog() throws(BackupError) {
        guard rename(unfinishedLog, "\(path)/\(BackupContents.log)") == 0 else {
            throw .file(.unwritable(path: path, reason: String(cString: strerror(errno))))
        }
        do throws(DurableFile.Failure) {
            try DurableFile.sync(path)
        } catch {
            throw .file(error)
        }
    }

    /// Takes away everything that was put there.
    func discard() {
        let manager = FileManager.default
        for name in (try? manager.contentsOfDirectory(atPath: path)) ?? [] where name != "lost+found" {
            try? manager.removeItem(atPath: "\(path)/\(name)")
        }
        if !wasThere { rmdir(path) }
    }
}
