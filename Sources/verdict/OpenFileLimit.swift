import Foundation
import Logging

/// How many files this process may have open, connections among them.
enum OpenFileLimit {
    /// Takes all that the system permits: every connection takes a descriptor, and many systems allow a program 1024 of them
    /// unless it asks for more.
    static func raise(_ logger: Logger) {
        guard var limit = current else { return }
        limit.rlim_cur = limit.rlim_max
        if setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) != 0 {
            logger.warning("the limit of open files stays as it is")
        }
    }

    /// How many connections leave enough descriptors for the databases, which must never go without; nil where there is no
    /// limit.
    static var connections: Int? {
        guard let current else { return nil }
        return connections(of: Int(clamping: current.rlim_cur))
    }

    /// The same of a limit.
    static func connections(of limit: Int) -> Int {
        max(16, limit - max(reserveMin, limit / 10))
    }

    /// The databases, their readers and logs, and a listing or a backup beside them take some dozens.
    private static let reserveMin = 128

    private static var current: rlimit? {
        var limit = rlimit()
        return getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 ? limit : nil
    }
}
