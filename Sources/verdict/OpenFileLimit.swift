import Foundation
import Logging

/// How many files this process may have open, connections among them.
enum OpenFileLimit {
    /// With fewer the databases and the threads that serve connections cannot be opened.
    private static let fewest = 64

    /// Takes all that the system permits: every connection takes a descriptor, and many systems allow a program 1024 of them
    /// unless it asks for more.
    ///
    /// - Throws: `OpenFileLimitError` where that is too little to begin with.
    static func raise(_ logger: Logger) throws(OpenFileLimitError) {
        guard var limit = current else { return }
        guard limit.rlim_max >= fewest else {
            throw OpenFileLimitError(permitted: Int(limit.rlim_max), wanted: fewest)
        }
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

struct OpenFileLimitError: Error, CustomStringConvertible {
    let permitted: Int
    let wanted: Int

    var description: String {
        "the system lets this program open \(permitted) files, and it needs \(wanted) at least: raise the limit with ulimit -n"
    }
}
