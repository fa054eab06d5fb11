import ArgumentParser
import Evidence
import Foundation
import Transparency

/// `verdict check`
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check a proof, a bundle or a checkpoint, offline.",
        discussion: """
            Needs nothing but the file and the key of the log, which you got from its operator before, and not with the \
            file. Says in a sentence what is proven. Ends with 0 if all of it is, with 1 if anything is not.
            """)

    @Argument(help: "A .tlog-proof, the .zip of `verdict evidence`, or a checkpoint.")
    var file: String

    @Option(help: ArgumentHelp("The public key of the log, as `verdict keys show` prints it.", valueName: "vkey"))
    var key: KeyArgument

    @Option(help: ArgumentHelp("The key of a witness that must have signed too; may be repeated.", valueName: "vkey"))
    var witness: [KeyArgument] = []

    func run() throws {
        let bytes: Data
        do {
            bytes = try Data(contentsOf: URL(fileURLWithPath: file))
        } catch {
            throw InputError.fileUnreadable(path: file, reason: error.localizedDescription)
        }
        do throws(EvidenceCheck.Unproven) {
            print(try EvidenceCheck(log: key.key, witnesses: witness.map(\.key)).check(Array(bytes)))
        } catch {
            print("NOT PROVEN: \(error).")
            throw ExitCode.failure
        }
    }
}
