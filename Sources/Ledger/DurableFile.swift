import Foundation

/// Small files that only their owner reads, and that are there whole or not at all: written beside their place, then moved
/// there.
package enum DurableFile {
    package enum Failure: Error, Sendable, CustomStringConvertible {
        case unreadable(path: String, reason: String)
        case unwritable(path: String, reason: String)

        package var description: String {
            switch self {
            case .unreadable(let path, let reason): "\(path) cannot be read: \(reason)"
            case .unwritable(let path, let reason): "\(path) cannot be written: \(reason)"
            }
        }
    }

    /// How a file is called before it is finished.
    package static let unfinished = ".new"

    /// Nil where there is no such file.
    package static func read(_ path: String) throws(Failure) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw .unreadable(path: path, reason: Self.reason)
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .unreadable(path: path, reason: Self.reason) }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        var count = 0
        while count < bytes.count {
            let more = bytes.withUnsafeMutableBytes {
                pread(descriptor, $0.baseAddress.map { $0 + count }, $0.count - count, off_t(count))
            }
            guard more >= 0 else { throw .unreadable(path: path, reason: Self.reason) }
            if more == 0 { break }
            count += more
        }
        return Array(bytes.prefix(count))
    }

    /// Whether a pipe, a device or a folder stands there, which cannot be written beside its place and moved.
    package static func isSpecial(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFREG
    }

    static func text(of path: String) throws(Failure) -> String? {
        try read(path).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Writes the file, and its folder where there is none.
    ///
    /// - Parameter isDurable: whether it has to survive a loss of power once this returns.
    package static func write(_ bytes: [UInt8], to path: String, isDurable: Bool = true) throws(Failure) {
        let folder = (path as NSString).deletingLastPathComponent
        let temporary = path + unfinished
        var descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        if descriptor < 0, errno == ENOENT {
            try makeFolder(folder)
            descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        }
        guard descriptor >= 0 else { throw .unwritable(path: path, reason: Self.reason) }
        defer { close(descriptor) }
        var count = 0
        while count < bytes.count {
            let more = bytes.withUnsafeBytes {
                Foundation.write(descriptor, $0.baseAddress.map { $0 + count }, $0.count - count)
            }
            guard more > 0 else { throw .unwritable(path: path, reason: Self.reason) }
            count += more
        }
        guard !isDurable || fsync(descriptor) == 0, rename(temporary, path) == 0 else {
            throw .unwritable(path: path, reason: Self.reason)
        }
        if isDurable { try sync(folder) }
    }

    /// Gives a file another name, and returns when it will have that one after a loss of power too.
    package static func move(_ from: String, to path: String) throws(Failure) {
        guard rename(from, path) == 0 else { throw .unwritable(path: path, reason: Self.reason) }
        try sync((path as NSString).deletingLastPathComponent)
    }

    static func write(_ text: String, to path: String) throws(Failure) {
        try write(Array(text.utf8), to: path)
    }

    package static func makeFolder(_ path: String) throws(Failure) {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw .unwritable(path: path, reason: error.localizedDescription)
        }
    }

    /// A file that was moved is at its new place after a loss of power once its folder is synced.
    package static func sync(_ folder: String) throws(Failure) {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .unwritable(path: folder, reason: Self.reason) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .unwritable(path: folder, reason: Self.reason) }
    }

    private static var reason: String { String(cString: strerror(errno)) }
}
