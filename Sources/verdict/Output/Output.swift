import Foundation
import Ledger

/// Where a command writes much: standard output, or a file, in large pieces.
///
/// A file is written beside its place and moved there when it is whole, so that one that was cut off is never taken for one
/// that was not.
final class Output {
    private static let pieceSizeBytes = 1 << 16
    private static let unfinished = ".unfinished"

    private let descriptor: Int32
    /// Nil for standard output, and for what cannot be moved: a pipe, a device.
    private let path: String?
    private let name: String
    private var pending: [UInt8] = []
    private(set) var sizeBytes = 0

    /// Standard output.
    init() {
        // A reader that goes away is an error of the next write, not the end of this process.
        signal(SIGPIPE, SIG_IGN)
        descriptor = STDOUT_FILENO
        path = nil
        name = "standard output"
    }

    /// - Parameter path: `-` for standard output.
    /// - Throws: `OutputError`.
    convenience init(path: String) throws(OutputError) {
        if path == "-" { self.init() } else { try self.init(file: path) }
    }

    private init(file path: String) throws(OutputError) {
        signal(SIGPIPE, SIG_IGN)
        let isOther = DurableFile.isSpecial(path)
        self.path = isOther ? nil : path
        name = path
        descriptor = open(
            isOther ? path : path + Self.unfinished, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .failed(name: path, reason: Self.reason) }
    }

    deinit {
        guard descriptor != STDOUT_FILENO else { return }
        close(descriptor)
    }

    private static var reason: String { String(cString: strerror(errno)) }

    func write(_ bytes: some Collection<UInt8>) throws(OutputError) {
        pending.append(contentsOf: bytes)
        if pending.count >= Self.pieceSizeBytes { try flush() }
    }

    /// Gives what was written so far to whoever reads it.
    func flush() throws(OutputError) {
        var count = 0
        while count < pending.count {
            let more = pending.withUnsafeBytes {
                Foundation.write(descriptor, $0.baseAddress.map { $0 + count }, $0.count - count)
            }
            if more < 0, errno == EINTR { continue }
            guard more > 0 else { throw errno == EPIPE ? .readerGone : .failed(name: name, reason: Self.reason) }
            count += more
        }
        sizeBytes += pending.count
        pending.removeAll(keepingCapacity: true)
    }

    /// Writes what is left; a file is on the disk and has its name once this returns.
    func finish() throws(OutputError) {
        try flush()
        guard let path else { return }
        guard fsync(descriptor) == 0, rename(path + Self.unfinished, path) == 0 else {
            throw .failed(name: path, reason: Self.reason)
        }
    }

    /// Removes a file that will not be whole.
    func abandon() {
        if let path { unlink(path + Self.unfinished) }
    }

    /// Waits so long, or less where the reader goes away meanwhile.
    ///
    /// - Returns: false where the reader is gone.
    func wait(milliseconds: Int32) -> Bool {
        var entry = pollfd(fd: descriptor, events: 0, revents: 0)
        return poll(&entry, 1, milliseconds) <= 0
    }
}
