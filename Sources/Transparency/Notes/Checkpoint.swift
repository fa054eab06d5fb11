/// The head of a log's tree at one size (C2SP tlog-checkpoint, "Note text").
package struct Checkpoint: Sendable, Hashable {
    /// Which log it is.
    package let origin: String
    package let size: Int
    package let root: MerkleHash
    /// Lines that no witness vouches for; this log has none.
    package let extensions: [String]

    package init(origin: String, size: Int, root: MerkleHash, extensions: [String] = []) {
        self.origin = origin
        self.size = size
        self.root = root
        self.extensions = extensions
    }

    /// Reads the text of a note.
    ///
    /// - Throws: `NoteError.malformed`.
    package init(text: String) throws(NoteError) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count >= 4, lines.last == "", lines.dropLast().allSatisfy({ !$0.isEmpty }) else {
            throw .malformed("a checkpoint has at least three lines and no empty one")
        }
        guard let size = Decimal.number(lines[1]) else { throw .malformed("the second line is no tree size") }
        guard let root = MerkleHash(base64: lines[2]) else { throw .malformed("the third line is no root hash") }
        self.init(
            origin: String(lines[0]), size: size, root: root, extensions: lines[3...].dropLast().map(String.init))
    }

    package var text: String {
        ([origin, String(size), root.base64] + extensions).map { "\($0)\n" }.joined()
    }

    /// The checkpoint as the log publishes it.
    package func signed(by key: SigningKey) throws -> SignedNote {
        SignedNote(text: text, signatures: [try key.sign(text)])
    }
}

extension SignedNote {
    /// The checkpoint of the log with that key, once its signature has been found right.
    ///
    /// - Throws: `NoteError`.
    package func checkpoint(of log: VerifierKey) throws(NoteError) -> Checkpoint {
        _ = try verify([log])
        let checkpoint = try Checkpoint(text: text)
        guard checkpoint.origin == log.name else {
            throw .malformed("it is a checkpoint of \(checkpoint.origin), not of \(log.name)")
        }
        return checkpoint
    }
}
