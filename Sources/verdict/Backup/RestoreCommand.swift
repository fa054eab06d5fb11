import ArgumentParser
import Backup
import EventLog

/// `verdict restore`
struct RestoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Make a data directory of a backup.",
        discussion: """
            Checks every file of the backup and the log in it, and copies it into a directory that is empty or not there \
            yet. The first start of a server on it records in the log that it was restored, and the server says so from \
            then on: what had been acknowledged after the backup was made is not in the log any more.

            With --log the log is taken from a replica, such as one that Litestream has restored. It has to hold what the \
            backup holds; keys and evidence come from the backup.
            """)

    @Argument(help: "The directory that `verdict backup` has made.")
    var backup: String

    @Option(
        help: ArgumentHelp(
            "A log that goes on where that of the backup ends, to be restored instead.", valueName: "file"))
    var log: String?

    @OptionGroup var options: DataOptions

    func run() throws {
        let data = try options.settings().dataPath
        let report = try Restoration(of: backup, replica: log, to: data).run()
        let manifest = report.manifest
        let source =
            log.map { "\($0), with keys and evidence of the backup \(backup) of \(manifest.madeAt.rfc3339)" }
            ?? "the backup \(backup) of \(manifest.madeAt.rfc3339)"
        print("\(data): the log up to event \(report.position), from \(source)")
        if report.isProven { print("It agrees with every checkpoint that was published of it until then.") }
        print("What had been acknowledged after event \(report.position) is not in it; the first start records that.")
    }
}
