import Foundation

/// The two places where the file of a model may lie.
///
/// SQLite forbids to rename a file that is open, and connections that are opened later go by its path
/// (https://www.sqlite.org/howtocorrupt.html, section 2.4). So new views are made in the free place and stay there.
struct ViewsSlots: Sendable {
    let first: String
    let second: String

    /// - Parameter path: of the first one: `views.db`. The second one is `views.alternate.db` beside it.
    init(path: String) {
        first = path
        let ending = path.hasSuffix(".db") ? ".db" : ""
        second = path.dropLast(ending.count) + ".alternate" + ending
    }

    var all: [String] { [first, second] }

    func other(than path: String) -> String { path == first ? second : first }

    /// Removes what lies there, with the files that SQLite keeps beside it.
    ///
    /// - Throws: `ViewsFileError`.
    static func clear(_ path: String) throws(ViewsFileError) {
        // The database first: what is left of it after a kill is then no file that anybody would open.
        for suffix in ["", "-wal", "-shm", "-journal"] {
            guard unlink(path + suffix) == 0 || errno == ENOENT else {
                throw .cannotRemove(path: path + suffix, reason: String(cString: strerror(errno)))
            }
        }
    }
}

/// What goes wrong with the files of a model.
package enum ViewsFileError: Error, CustomStringConvertible {
    case cannotOpen(path: String, reason: String)
    case cannotRemove(path: String, reason: String)
    case cannotSync(path: String, reason: String)

    package var description: String {
        switch self {
        case .cannotOpen(let path, let reason): "\(path) cannot be opened or made: \(reason)"
        case .cannotRemove(let path, let reason): "\(path) cannot be removed: \(reason)"
        case .cannotSync(let path, let reason): "\(path) cannot be written to the disk: \(reason)"
        }
    }
}
