import Transparency

/// What was published of a log before this start: its own last checkpoint, and the last one that each witness has signed.
struct Heads: Sendable {
    /// With the cosignatures that belong to it.
    private(set) var published: SignedNote?
    let publishedSize: Int?
    private(set) var witnesses: [WitnessState]
    let all: [HistoryCheck.Head]

    /// - Throws: `EvidenceError.damagedFile` where a checkpoint is not one of this log.
    init(_ directory: EvidenceDirectory, _ key: VerifierKey, _ configured: [Witness]) throws {
        var heads: [HistoryCheck.Head] = []
        published = try directory.note(at: directory.checkpointPath)
        let checkpoint = try published.map { try Self.checkpoint($0, directory.checkpointPath, key) }
        if let checkpoint {
            heads.append(
                HistoryCheck.Head(size: checkpoint.size, root: checkpoint.root, source: "its last published checkpoint")
            )
        }
        publishedSize = checkpoint?.size
        // Also of witnesses that are configured no longer: what they have seen is not undone by that.
        for note in try directory.cosigned() {
            let checkpoint = try Self.checkpoint(note, directory.path, key)
            let names = note.signatures.map(\.name).filter { $0 != key.name }.joined(separator: ", ")
            heads.append(
                HistoryCheck.Head(
                    size: checkpoint.size, root: checkpoint.root, source: "the checkpoint signed by \(names)"))
        }
        witnesses = []
        for witness in configured {
            let note = try directory.note(at: directory.cosignedPath(witness.key))
            let size = try note.map { try Self.checkpoint($0, directory.cosignedPath(witness.key), key).size }
            witnesses.append(WitnessState(witness: witness, size: size ?? 0))
            if let note, note.text == published?.text {
                published?.signatures += note.signatures.filter { $0.name != key.name }
            }
        }
        all = heads
    }

    private static func checkpoint(_ note: SignedNote, _ path: String, _ key: VerifierKey) throws -> Checkpoint {
        do throws(NoteError) {
            return try note.checkpoint(of: key)
        } catch {
            throw EvidenceError.damagedFile(path: path, reason: "it is no checkpoint of \(key.name): \(error)")
        }
    }
}
