import Foundation

/// Reads a file, or standard input, piece by piece.
final class FileDescriptorReader: Sendable {
    /// Why a file cannot be read, in the words of the operating system.
    struct Failure: Error, CustomStringConvertible {
        let code: Int32

        var description: String { String(cString: strerror(code)) }
    }

    private let descriptor: Int32
    private let isOwned: Bool

    /// - Parameter path: `-` for standard input.
    /// - Throws: `Failure`.
    init(path: String) throws(Failure) {
        isOwned = path != "-"
        descriptor = isOwned ? open(path, O_RDONLY | O_CLOEXEC) : STDIN_FILENO
        guard descriptor >= 0 else { throw Failure(code: errno) }
    }

    deinit {
        if isOwned { close(descriptor) }
    }

    /// The next bytes, fewer where fewer are there; nil at the end. Blocks while there are none.
    ///
    /// - Throws: `Failure`.
    func read(upTo sizeBytesMax: Int) throws(Failure) -> [UInt8]? {
        var failure: Int32?
        let bytes = [UInt8](unsafeUninitializedCapacity: sizeBytesMax) { buffer, count in
            while true {
                let result = Foundation.read(descriptor, buffer.baseAddress, sizeBytesMax)
                if result >= 0 {
                    count = result
                    return
                }
                guard errno == EINTR else {
                    failure = errno
                    return
                }
            }
        }
        if let failure { throw Failure(code: failure) }
        return bytes.isEmpty ? nil : bytes
    }
}
