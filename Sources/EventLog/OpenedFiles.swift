import Foundation

/// Which files a database was opened as. One that is removed, moved or replaced under its writer can still be written, and nobody
/// will ever read what was.
package struct OpenedFiles: Sendable {
    private struct Identity: Equatable {
        let device: dev_t
        let number: ino_t

        /// Nil where nothing can be found there.
        init?(_ path: String) {
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            (device, number) = (status.st_dev, status.st_ino)
        }
    }

    private let identities: [(path: String, identity: Identity)]

    /// - Parameter path: of a database that was just opened, with its write-ahead log.
    package init(_ path: String) {
        identities = [path, path + "-wal"].compactMap { path in Identity(path).map { (path, $0) } }
    }

    /// Whether these files are still found under their names.
    package var areInPlace: Bool { identities.allSatisfy { Identity($0.path) == $0.identity } }
}
