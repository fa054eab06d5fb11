import Transparency

/// Somebody else's server that signs checkpoints of logs that it has seen grow (C2SP tlog-witness).
package struct Witness: Sendable, Hashable {
    package let key: VerifierKey
    /// The submission prefix, without a slash at the end.
    package let url: String

    /// - Throws: `NoteError.malformed` for a key that is none of a witness.
    package init(key text: some StringProtocol, url: String) throws(NoteError) {
        key = try VerifierKey(text: text)
        guard key.algorithm == .cosignature else {
            throw .malformed("\(key.name) has the key of a log, not the one of a witness")
        }
        var url = url
        while url.hasSuffix("/") { url.removeLast() }
        self.url = url
    }
}
