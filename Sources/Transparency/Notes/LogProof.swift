/// A proof in a file of its own that an entry stands in a log (C2SP tlog-proof).
package struct LogProof: Sendable, Hashable, CustomStringConvertible {
    private static let header = "c2sp.org/tlog-proof@v1"
    /// The way to the root of a tree of 2^63 leaves.
    private static let hashesMax = 63

    /// What the application needs beside the proof. It is not part of what is proven: this log puts the entry itself
    /// here, which is proven by its hash.
    package let extra: [UInt8]?
    package let index: Int
    package let hashes: [MerkleHash]
    package let note: SignedNote

    package init(extra: [UInt8]?, index: Int, hashes: [MerkleHash], note: SignedNote) {
        self.extra = extra
        self.index = index
        self.hashes = hashes
        self.note = note
    }

    /// Reads a proof.
    ///
    /// - Throws: `NoteError.malformed`.
    package init(bytes: [UInt8]) throws(NoteError) {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .malformed("it is not UTF-8") }
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)[...]
        guard lines.popFirst() == Substring(Self.header) else {
            throw .malformed("the first line is not \(Self.header)")
        }
        var extra: [UInt8]?
        if let line = lines.first, line.hasPrefix("extra ") {
            extra = Base64.bytes(line.dropFirst("extra ".count))
            guard extra != nil else { throw .malformed("the extra data is not base 64") }
            lines.removeFirst()
        }
        guard let line = lines.popFirst(), line.hasPrefix("index "),
            let index = Decimal.number(line.dropFirst("index ".count))
        else { throw .malformed("there is no line with the index") }
        var hashes: [MerkleHash] = []
        while let line = lines.popFirst(), !line.isEmpty {
            guard let hash = MerkleHash(base64: line) else { throw .malformed("a line of the proof is no hash") }
            hashes.append(hash)
        }
        guard hashes.count <= Self.hashesMax else { throw .malformed("the proof is longer than any can be") }
        self.init(
            extra: extra, index: index, hashes: hashes, note: try SignedNote(lines.joined(separator: "\n")))
    }

    package var description: String {
        var text = Self.header + "\n"
        if let extra { text += "extra \(Base64.text(extra))\n" }
        text += "index \(index)\n"
        for hash in hashes { text += "\(hash.base64)\n" }
        return "\(text)\n\(note)"
    }

    package enum Problem: Error, Hashable, CustomStringConvertible {
        case note(NoteError)
        /// The hashes do not lead from the entry to the root of the checkpoint.
        case notIncluded(index: Int, size: Int)

        package var description: String {
            switch self {
            case .note(let error): error.description
            case .notIncluded(let index, let size):
                "the entry is not the one at index \(index) of the log's first \(size)"
            }
        }
    }

    /// Returns the checkpoint of the log that the entry is proven to stand in.
    ///
    /// - Throws: `Problem`.
    package func verify(_ entry: [UInt8], log: VerifierKey) throws(Problem) -> Checkpoint {
        let checkpoint: Checkpoint
        do throws(NoteError) {
            checkpoint = try note.checkpoint(of: log)
        } catch {
            throw .note(error)
        }
        let proof = InclusionProof(index: index, size: checkpoint.size, hashes: hashes)
        guard proof.proves(.leaf(entry), in: checkpoint.root) else {
            throw .notIncluded(index: index, size: checkpoint.size)
        }
        return checkpoint
    }
}
