import Foundation

/// A small file that only its owner reads, and that is whole at every moment.
enum PrivateFile {
    /// Nil where there is no such file.
    ///
    /// - Throws: `DataDirectoryError.unusable`.
    static func read(_ path: String) throws -> String? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        guard let bytes = FileManager.default.contents(atPath: path) else { throw failure(path) }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Writes the file, and its folder where there is none. Whoever is killed in between leaves the old file or the new
    /// one.
    ///
    /// - Throws: `DataDirectoryError.unusable`.
    static func write(_ text: String, to path: String) throws {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw DataDirectoryError.unusable(path: folder, reason: error.localizedDescription)
        }
        let new = path + ".new"
        let descriptor = open(new, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure(new) }
        let bytes = Array(text.utf8)
        let isWritten = Foundation.write(descriptor, bytes, bytes.count) == bytes.count && fsync(descriptor) == 0
        close(descriptor)
        guard isWritten, rename(new, path) == 0 else { throw failure(path) }
        let folderDescriptor = open(folder, O_RDONLY | O_CLOEXEC)
        guard folderDescriptor >= 0 else { throw failure(folder) }
        defer { close(folderDescriptor) }
        guard fsync(folderDescriptor) == 0 else { throw failure(folder) }
    }

    private static func failure(_ path: String) -> DataDirectoryError {
        .unusable(path: path, reason: String(cString: strerror(errno)))
    }
}
