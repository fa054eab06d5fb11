import Crypto
import EventLog
import Foundation
import Ledger
import SQLiteEventStore

/// Reads files as large as a log, a piece at a time.
enum FileCopy {
    private static let pieceSizeBytes = 1 << 18

    /// The size and the SHA-256 of a file.
    static func digest(of path: String, pace: Pace) throws(BackupError) -> (sizeBytes: Int, sha256: String) {
        try read(path, pace: pace) { (_) throws(BackupError) in }
    }

    /// Copies a file over one that is there, and returns what was copied, once it is on the disk.
    static func copy(
        from source: String, to target: String, pace: Pace
    ) throws(BackupError) -> (sizeBytes: Int, sha256: String) {
        let descriptor = open(target, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw unwritable(target) }
        defer { close(descriptor) }
        let copied = try read(source, pace: pace) { piece throws(BackupError) in
            var count = 0
            while count < piece.count {
                let more = write(descriptor, piece.baseAddress.map { $0 + count }, piece.count - count)
                guard more > 0 else { throw unwritable(target) }
                count += more
            }
        }
        guard fsync(descriptor) == 0 else { throw unwritable(target) }
        return copied
    }

    private static func unwritable(_ path: String) -> BackupError {
        .file(.unwritable(path: path, reason: String(cString: strerror(errno))))
    }

    private static func read(
        _ path: String, pace: Pace, _ take: (UnsafeRawBufferPointer) throws(BackupError) -> Void
    ) throws(BackupError) -> (sizeBytes: Int, sha256: String) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw .file(.unreadable(path: path, reason: String(cString: strerror(errno))))
        }
        defer { close(descriptor) }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: pieceSizeBytes, alignment: 16)
        defer { buffer.deallocate() }
        var hash = SHA256()
        var sizeBytes = 0
        while true {
            let count = Foundation.read(descriptor, buffer.baseAddress, buffer.count)
            guard count >= 0 else {
                throw .file(.unreadable(path: path, reason: String(cString: strerror(errno))))
            }
            if count == 0 { break }
            let piece = UnsafeRawBufferPointer(rebasing: buffer[..<count])
            hash.update(bufferPointer: piece)
            try take(piece)
            sizeBytes += count
            pace.take(count)
        }
        return (sizeBytes, Hex.text(hash.finalize()))
    }
}
