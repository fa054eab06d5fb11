import Foundation

/// Where a command builds read models that it compares with others: in the data directory, so that there is as much room as
/// for those, or among the temporary files of the machine where nothing can be written there. Its file has the number of the
/// process in its name, so that two commands never share one.
enum TemporaryBuild {
    private static let infix = ".check-"

    /// Removes what a command has left there that was killed.
    static func path(in directory: String, _ name: String) -> String {
        let temporary = FileManager.default.temporaryDirectory.path
        if access(directory, W_OK) != 0, access(temporary, W_OK) == 0 {
            return path(in: temporary, "verdict-" + name)
        }
        for other in (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? [] {
            guard other.hasPrefix(name + infix), let process = Int32(other.dropFirst((name + infix).count)),
                process != getpid(), kill(process, 0) != 0, errno == ESRCH
            else { continue }
            unlink("\(directory)/\(other)")
        }
        return "\(directory)/\(name)\(infix)\(getpid())"
    }
}
