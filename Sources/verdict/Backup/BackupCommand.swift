import ArgumentParser
import Backup
import EventLog
import Foundation
import HTTPAPI
import SQLiteEventStore

/// `verdict backup`
struct BackupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copy a data directory, also while a server runs on it.",
        discussion: """
            Copies the log as it is at one moment, the evidence and the secret keys; not what is computed from the log. \
            Then restores the copy beside itself and compares every event with the original, and writes backup.json last: \
            a directory without it is no backup. The server is not locked or stopped, and writes on meanwhile.

            The copy holds secrets, so it is for your eyes only. While it is made it takes twice its size on the disk.
            """)

    /// Bytes in one of the megabytes that a rate is given in.
    private static let megabyte = 1_000_000.0

    @Argument(help: "Where to copy to: a directory that is empty, or that is not there yet.")
    var directory: String

    @Option(
        help: ArgumentHelp(
            "Megabytes a second to be copied and compared at most; 0 for as many as it can. A slow copy leaves more to the "
                + "server, and lets its write-ahead log grow for longer.", valueName: "megabytes"))
    var rate = 32.0

    @OptionGroup var options: DataOptions

    func validate() throws {
        guard rate.isFinite, rate >= 0 else { throw ValidationError("--rate must be 0 or more megabytes a second") }
    }

    func run() throws {
        // Everything else on the machine is more urgent.
        ThreadPriority.lower(by: 10)
        let data = try options.settings().dataPath
        let start = ContinuousClock.now
        let pace = Pace(bytesPerSecond: rate == 0 ? nil : rate * Self.megabyte)
        let report = try BackupMaker(of: data, to: directory, version: Banner.version, pace: pace).run()
        let manifest = report.manifest
        for name in report.strangers {
            Explanation.say("not copied, because verdict does not know it: \(data)/\(name)")
        }
        print(
            """
            \(directory): a backup of \(data) up to event \(manifest.position), \(manifest.sizeBytes) bytes, made and \
            checked in \((ContinuousClock.now - start).seconds)
            """)
    }
}

extension Duration {
    /// `1.2 s`
    fileprivate var seconds: String {
        let tenths = (components.seconds * 10) + components.attoseconds / 100_000_000_000_000_000
        return "\(tenths / 10).\(tenths % 10) s"
    }
}
