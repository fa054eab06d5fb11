/// A text with signatures below it (C2SP signed-note).
package struct SignedNote: Sendable, Hashable, CustomStringConvertible {
    /// More than any log and its witnesses need; verifiers have to take 16.
    package static let signaturesMax = 128
    package static let sizeBytesMax = 1 << 20

    /// Ends with a newline.
    package let text: String
    package var signatures: [NoteSignature]

    package init(text: String, signatures: [NoteSignature]) {
        self.text = text
        self.signatures = signatures
    }

    /// Reads a note. Nothing of its text may be believed before `verify` has found a signature.
    ///
    /// - Throws: `NoteError.malformed`.
    package init(bytes: [UInt8]) throws(NoteError) {
        guard bytes.count <= Self.sizeBytesMax else { throw .malformed("it is longer than any note") }
        guard let note = String(validating: bytes, as: UTF8.self) else { throw .malformed("it is not UTF-8") }
        guard bytes.allSatisfy({ $0 >= 0x20 || $0 == UInt8(ascii: "\n") }) else {
            throw .malformed("it has a control character")
        }
        let lines = note.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.last == "", let blank = lines.dropLast().lastIndex(of: "") else {
            throw .malformed("it has no empty line before its signatures, or no newline behind them")
        }
        guard blank > 0 else { throw .malformed("it has no text") }
        let signed = lines[(blank + 1)...].dropLast()
        guard (1...Self.signaturesMax).contains(signed.count) else {
            throw .malformed("it has no signatures, or too many")
        }
        var signatures: [NoteSignature] = []
        for line in signed { signatures.append(try NoteSignature(line: line)) }
        self.init(text: lines[..<blank].joined(separator: "\n") + "\n", signatures: signatures)
    }

    package init(_ note: String) throws(NoteError) {
        try self.init(bytes: Array(note.utf8))
    }

    package var description: String {
        "\(text)\n\(signatures.map { "\($0.line)\n" }.joined())"
    }

    /// The keys among these that have signed. Signatures of other keys count for nothing.
    ///
    /// - Throws: `NoteError.wrongSignature` where one of these keys stands below the note and did not sign it;
    ///   `NoteError.unsigned` where none has signed.
    package func verify(_ keys: [VerifierKey]) throws(NoteError) -> [VerifierKey] {
        var signers: [VerifierKey] = []
        for signature in signatures {
            for key in keys where key.name == signature.name && key.id == signature.id {
                guard key.isRight(signature, on: text) else { throw .wrongSignature(of: key.name) }
                if !signers.contains(key) { signers.append(key) }
            }
        }
        guard !signers.isEmpty else { throw .unsigned }
        return signers
    }

    /// The signature of that key, right or not.
    package func signature(of key: VerifierKey) -> NoteSignature? {
        signatures.first { $0.name == key.name && $0.id == key.id }
    }
}
