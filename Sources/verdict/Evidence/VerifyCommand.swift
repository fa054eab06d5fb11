import ArgumentParser
import EventLog
import Evidence
import Foundation
import SQLiteEventStore
import Transparency

/// `verdict verify`
struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Read the whole log and compare it with the checkpoints that were published of it.",
        discussion: """
            Compares with the last checkpoint of the log, with the last one that each witness has signed, and with those \
            that you bring along: somebody who could change the log could also change what lies beside it, but not what a \
            witness keeps. Works beside a running server. Ends with 0 if the log agrees with all of them, with 1 if not.
            """)

    @Flag(help: "Verify the evidence. There is nothing else to verify yet, so it must be said.")
    var evidence = false

    @Option(help: ArgumentHelp("A file with a checkpoint that you bring along; may be repeated.", valueName: "file"))
    var checkpoint: [String] = []

    @Option(
        help: ArgumentHelp("The public key of the log. (default: the one in the data directory)", valueName: "vkey"))
    var key: KeyArgument?

    @Option(
        help: ArgumentHelp("The key of a witness whose signatures are checked too; may be repeated.", valueName: "vkey")
    )
    var witness: [KeyArgument] = []

    @OptionGroup var options: DataOptions

    func validate() throws {
        guard evidence else { throw ValidationError("say what to verify: verdict verify --evidence") }
    }

    func run() throws {
        let path = try options.settings().dataPath
        let directory = EvidenceDirectory(data: path)
        guard FileManager.default.fileExists(atPath: directory.eventsPath) else {
            throw EvidenceCommandError.noLog(path)
        }
        guard let key = try key?.key ?? directory.signingKey()?.verifier else { throw EvidenceCommandError.noKey(path) }
        let brought = try checkpoint.map { file in
            LogAudit.Brought(name: file, note: try Self.note(file))
        }
        let log = try SQLiteEventStore(path: directory.eventsPath)
        let audit = LogAudit(log: log, data: path, key: key, witnesses: witness.map(\.key))
        let report = try audit.run(brought)
        try log.close()
        for line in report.confirmed { print("agrees with \(line)") }
        for line in report.findings { print("WRONG: \(line)") }
        print(
            report.findings.isEmpty
                ? "All \(report.events) events are as they were published by \(key.name)."
                : "The log is NOT the one that \(key.name) has published.")
        if !report.findings.isEmpty { throw ExitCode.failure }
    }

    private static func note(_ file: String) throws -> SignedNote {
        let bytes: Data
        do {
            bytes = try Data(contentsOf: URL(fileURLWithPath: file))
        } catch {
            throw InputError.fileUnreadable(path: file, reason: error.localizedDescription)
        }
        do throws(NoteError) {
            return try SignedNote(bytes: Array(bytes))
        } catch {
            throw EvidenceError.damagedFile(path: file, reason: "\(error)")
        }
    }
}
