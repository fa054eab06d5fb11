import Foundation
import Transparency

/// The end of one origin and the beginning of the next, signed by both keys: how a log that got a new key says what it
/// was called before.
package struct Succession: Sendable {
    package static let header = "verdict succession"

    /// The key that signs no more, or the name of its log where the key was lost.
    package let before: String
    /// The last checkpoint of that log; nil where it has published none.
    package let checkpoint: Checkpoint?
    package let after: VerifierKey
    package let note: SignedNote

    /// - Parameter old: nil for a key that was lost: then only the new one signs.
    init(from old: SigningKey?, _ published: SignedNote?, to new: SigningKey) throws {
        checkpoint = published.flatMap { try? Checkpoint(text: $0.text) }
        before = old?.verifier.description ?? checkpoint?.origin ?? "unknown"
        after = new.verifier
        let (size, root) = (checkpoint.map { String($0.size) } ?? "0", checkpoint?.root ?? .emptyTree)
        let text = "\(Self.header)\n\(before)\n\(size)\n\(root)\n\(after)\n"
        note = SignedNote(text: text, signatures: try [old, new].compactMap { try $0?.sign(text) })
    }
}

extension EvidenceDirectory {
    private static let successionName = "succession"

    /// Ends the origin of the log and begins another, with a key of its own. What was published so far is kept aside, the
    /// old secret is not.
    ///
    /// - Parameter origin: the new name; nil for the old one with a number behind it.
    /// - Throws: `EvidenceError`, and `NoteError.malformed` for a name that cannot be one.
    package func rotate(to origin: String? = nil) throws -> Succession {
        let old = try signingKey()
        let published = try note(at: checkpointPath)
        let folder = try nextOrigin()
        let name = old?.name ?? published.flatMap { try? Checkpoint(text: $0.text).origin } ?? "localhost/verdict"
        let new = try SigningKey(name: origin ?? Self.next(after: name))
        let succession = try Succession(from: old, published, to: new)
        // In this order: a log that was interrupted here has a checkpoint that is not its key's, and refuses to go on
        // until this is done again; it never signs as the old one with an empty past.
        try write(succession.note, to: "\(folder)/\(Self.successionName)")
        try write(new)
        try retire(to: folder)
        return succession
    }

    /// How the log said that it is the one that was called otherwise before; oldest first.
    package func successions() throws -> [SignedNote] {
        try origins().compactMap { try note(at: "\($0)/\(Self.successionName)") }
    }

    /// `example.org/log` is followed by `example.org/log/2`, that by `example.org/log/3`.
    private static func next(after name: String) -> String {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count > 1, let last = parts.last, let number = Int(last), number > 1, String(number) == last else {
            return "\(name)/2"
        }
        return parts.dropLast().joined(separator: "/") + "/\(number + 1)"
    }
}
