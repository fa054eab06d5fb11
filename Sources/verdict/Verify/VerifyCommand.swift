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
        abstract: "Check everything that a data directory holds.",
        discussion: """
            Checks the files of the log and of what is derived from it; that every event is there, can be read and is what its \
            type promises, without gaps in positions and versions; that the views and the audit index are, row for row, what a \
            fresh fold of the log makes; and, where there is evidence, that the log is the one that was published: that alone \
            with --evidence. Every finding is said with its place. Nothing is changed, and a server may be running.

            What is wrong with the views or the audit index alone is repaired by `verdict rebuild`.

            The evidence is compared with the last checkpoint of the log, with the last one that each witness has signed, and \
            with those that you bring along: somebody who could change the log could also change what lies beside it, but not \
            what a witness keeps. Without evidence, words that were exchanged inside of an event can be found only where \
            something derived from it still says otherwise.

            Ends with 0 if everything is as it should be, with 1 if not.
            """)

    @Flag(help: "Verify the evidence alone.")
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

    func run() throws {
        let path = try options.settings().dataPath
        guard FileManager.default.fileExists(atPath: EvidenceDirectory(data: path).eventsPath) else {
            throw EvidenceCommandError.noLog(path)
        }
        try evidence ? verifyEvidence(path) : verifyAll(path)
    }

    private func evidencePart(_ path: String) -> EvidencePart {
        EvidencePart(dataPath: path, key: key?.key, witnesses: witness.map(\.key), checkpoints: checkpoint)
    }

    private func verifyEvidence(_ path: String) throws {
        let log = try options.logReader()
        let (key, report) = try evidencePart(path).run(log)
        try log.close()
        for line in report.confirmed { print("agrees with \(line)") }
        for line in report.findings { print("WRONG: \(line)") }
        print(
            report.findings.isEmpty
                ? "All \(report.events) events are as they were published by \(key.name)."
                : "The log is NOT the one that \(key.name) has published.")
        if !report.findings.isEmpty { throw ExitCode.failure }
    }

    private func verifyAll(_ path: String) throws {
        let progress = ProgressLine()
        let verification = Verification(
            dataPath: path, evidence: evidencePart(path), isEvidenceWanted: key != nil || !checkpoint.isEmpty,
            progress: progress)
        var findings = 0
        verification.run { part in
            progress.clear()
            for line in part.confirmed { print(line) }
            for line in part.findings { print("WRONG: \(line)") }
            // Whoever waits for the end of it sees this part now.
            fflush(nil)
            findings += part.findings.count
        }
        guard findings > 0 else { return print("Everything is as it should be.") }
        print(findings == 1 ? "One thing is wrong." : "\(findings) things are wrong.")
        throw ExitCode.failure
    }
}
