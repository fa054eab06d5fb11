/// What a log sends to a witness: its new checkpoint, and the proof that it continues the one that the witness has signed
/// last (C2SP tlog-witness, "add-checkpoint").
package struct WitnessRequest: Sendable, Hashable {
    package static let path = "add-checkpoint"
    /// The type of an answer 409, which holds a size.
    package static let sizeContentType = "text/x.tlog.size"

    package let proof: ConsistencyProof
    package let note: SignedNote

    package init(proof: ConsistencyProof, note: SignedNote) {
        self.proof = proof
        self.note = note
    }

    package var body: String {
        "old \(proof.oldSize)\n\(proof.hashes.map { "\($0.base64)\n" }.joined())\n\(note)"
    }

    /// The size in an answer 409: that of the last checkpoint that the witness has signed.
    package static func size(inConflict body: String) -> Int? {
        guard body.hasSuffix("\n") else { return nil }
        return Decimal.number(body.dropLast())
    }

    /// The cosignatures of that witness in an answer 200: lines of other keys are passed over, and so is one that does
    /// not fit the checkpoint.
    package func cosignatures(in answer: String, by witness: VerifierKey) -> [NoteSignature] {
        answer.split(separator: "\n").compactMap { try? NoteSignature(line: $0) }
            .filter { $0.name == witness.name && $0.id == witness.id && witness.isRight($0, on: note.text) }
    }
}
