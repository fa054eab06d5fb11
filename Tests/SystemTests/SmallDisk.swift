import Foundation

/// A file system of a few megabytes that can be filled, where the rights of the test suffice to mount one.
final class SmallDisk: Sendable {
    struct NotPermitted: Error {}

    /// Whether a test may mount one; tried once.
    static let isPermitted = (try? SmallDisk(sizeMegabytes: 1)) != nil

    let path: String
    private var filler: String { path + "/filler" }

    init(sizeMegabytes: Int) throws {
        path = NSTemporaryDirectory() + "verdict-disk-" + UUID().uuidString.lowercased()
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        guard geteuid() == 0, Self.run("mount", "-t", "tmpfs", "-o", "size=\(sizeMegabytes)m", "tmpfs", path) else {
            rmdir(path)
            throw NotPermitted()
        }
    }

    deinit {
        _ = Self.run("umount", "-l", path)
        rmdir(path)
    }

    /// Takes every byte that is left.
    func fill() {
        let descriptor = open(filler, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        defer { close(descriptor) }
        for size in [65_536, 4096, 1] {
            let bytes = [UInt8](repeating: 0x5A, count: size)
            while write(descriptor, bytes, size) > 0 {}
        }
    }

    /// Gives back what `fill` took.
    func free() {
        unlink(filler)
    }

    private static func run(_ arguments: String...) -> Bool {
        let path = ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"]
        let child = try? ChildProcess("/usr/bin/env", arguments, environment: path, in: "/", input: nil)
        return child?.wait() == 0
    }
}
