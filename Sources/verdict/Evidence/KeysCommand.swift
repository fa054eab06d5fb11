import ArgumentParser
import Evidence
import Ledger
import Transparency

/// `verdict keys`
struct KeysCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "Make, show or replace the key that the log's checkpoints are signed with.",
        discussion: """
            The secret key lies in evidence.key in the data directory, readable by its owner alone. `verdict serve` makes \
            one where there is none. Give the public one, which `verdict keys show` prints, to everybody who shall be able \
            to check the log, before they need it.
            """,
        subcommands: [MakeKey.self, ShowKey.self, RotateKey.self], defaultSubcommand: ShowKey.self)
}

struct MakeKey: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "make", abstract: "Make the key of a log that has none, and print the public one.")

    @Option(
        help: ArgumentHelp(
            "What the log is called, for ever: a name of yours without spaces. (default: made by chance)",
            valueName: "name"))
    var origin: String?

    @OptionGroup var options: DataOptions

    func run() throws {
        let directory = try DataDirectory(path: try options.settings().dataPath)
        defer { directory.release() }
        print(try EvidenceDirectory(data: directory.path).makeKey(origin: origin).verifier)
    }
}

struct ShowKey: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Print the public key: name, key ID and key.")

    @OptionGroup var options: DataOptions

    func run() throws {
        let path = try options.settings().dataPath
        guard let key = try EvidenceDirectory(data: path).signingKey() else { throw EvidenceCommandError.noKey(path) }
        print(key.verifier)
    }
}

struct RotateKey: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate", abstract: "Start a new origin with a new key, which names the old one.",
        discussion: """
            For a key that others may have seen, and for a log that does not continue what was published of it. The server \
            must be stopped. The old key signs a last time, to say which one follows it, and is erased; its last checkpoint \
            and those that witnesses have signed are kept in evidence/origins. Witnesses have to be told the new key.
            """)

    @Option(
        help: ArgumentHelp(
            "What the log is called from now on. (default: the old name with a number behind it)", valueName: "name"))
    var origin: String?

    @OptionGroup var options: DataOptions

    func run() throws {
        let directory = try DataDirectory(path: try options.settings().dataPath)
        defer { directory.release() }
        let succession = try EvidenceDirectory(data: directory.path).rotate(to: origin)
        print(succession.after)
        let size = succession.checkpoint.map { "\($0.size) events" } ?? "nothing published"
        LogOutput.standardError.write(Array("it follows \(succession.before) (\(size))\n".utf8))
    }
}

enum EvidenceCommandError: Error, CustomStringConvertible {
    case noKey(String)
    case noLog(String)
    case noServer(ServerAddress, reason: String)
    case broken(ServerAddress, reason: String)
    /// The server does not know who asks, or does not let them ask.
    case callerRefused(ServerAddress, reason: String)
    case noEvidence(ServerAddress, reason: String)

    var description: String {
        switch self {
        case .noKey(let path): "\(path) holds no key: `verdict serve` or `verdict keys make` makes one"
        case .noLog(let path): "\(path) holds no log: name the data directory with --data"
        case .noServer(let server, let reason):
            "no server answers at \(server) (\(reason)): start one with `verdict serve`, or name another with --server"
        case .broken(let server, let reason): "the evidence did not come whole from \(server): \(reason)"
        case .callerRefused(let server, let reason):
            """
            the server at \(server) does not give the evidence to this caller (\(reason)): name a file with a token with \
            --credential-file, or put the token into VERDICT_TOKEN
            """
        case .noEvidence(let server, let reason): "\(server) has no such evidence: \(reason)"
        }
    }
}
