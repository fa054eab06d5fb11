import Testing
import Transparency

@Suite struct CheckpointTests {
    /// The example of the C2SP text on cosignatures: a checkpoint, the log's signature and a witness's.
    static let example = """
        example.com/behind-the-sofa
        20852163
        CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

        — example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
        — witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==

        """

    @Test("the example of the specification is read")
    func specification() throws {
        let note = try SignedNote(Self.example)
        let checkpoint = try Checkpoint(text: note.text)
        #expect(checkpoint.origin == "example.com/behind-the-sofa")
        #expect(checkpoint.size == 20_852_163)
        #expect(checkpoint.root.base64 == "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=")
        #expect(checkpoint.extensions.isEmpty)
        #expect(checkpoint.text == note.text)
        #expect(note.signatures.map { Cosignature.time(of: $0) }.last == 1_679_315_147)
        #expect(note.description == Self.example)
    }

    @Test("lines behind the third are kept")
    func extensions() throws {
        let checkpoint = Checkpoint(origin: "a", size: 0, root: .emptyTree, extensions: ["x y", "z"])
        #expect(checkpoint.text == "a\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\nx y\nz\n")
        #expect(try Checkpoint(text: checkpoint.text) == checkpoint)
    }

    @Test(
        "what is no checkpoint is refused",
        arguments: [
            "", "a\n1\n", "a\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
            "\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
            "a\n01\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
            "a\n-1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
            "a\n+1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
            "a\n1x\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
            "a\n99999999999999999999\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
            "a\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV=\n",
            "a\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuA==\n",
            "a\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n",
        ])
    func malformed(text: String) {
        #expect(throws: NoteError.self) { try Checkpoint(text: text) }
    }

    @Test("a checkpoint is its log's, by signature and by name")
    func log() throws {
        let key = try SigningKey(name: "example.org/log")
        let checkpoint = Checkpoint(origin: key.name, size: 8, root: KnownTree.roots[7])
        #expect(try checkpoint.signed(by: key).checkpoint(of: key.verifier) == checkpoint)
        let foreign = Checkpoint(origin: "example.org/other", size: 8, root: KnownTree.roots[7])
        #expect(throws: NoteError.malformed("it is a checkpoint of example.org/other, not of example.org/log")) {
            try foreign.signed(by: key).checkpoint(of: key.verifier)
        }
        let stranger = try SigningKey(name: "example.org/log")
        #expect(throws: NoteError.unsigned) { try checkpoint.signed(by: key).checkpoint(of: stranger.verifier) }
    }

    @Test("a witness signs the checkpoint and the time")
    func cosignature() throws {
        let (log, witness) = (try SigningKey(name: "log"), try SigningKey(name: "witness", algorithm: .cosignature))
        var note = try Checkpoint(origin: "log", size: 3, root: KnownTree.roots[2]).signed(by: log)
        let cosignature = try witness.sign(note.text, at: 1_800_000_000)
        note.signatures.append(cosignature)
        #expect(Set(try note.verify([log.verifier, witness.verifier])) == [log.verifier, witness.verifier])
        #expect(note.signature(of: witness.verifier).flatMap { Cosignature.time(of: $0) } == 1_800_000_000)
        let other = SignedNote(text: note.text.replacing("3", with: "4"), signatures: [cosignature])
        #expect(throws: NoteError.wrongSignature(of: "witness")) { try other.verify([witness.verifier]) }
    }
}

@Suite struct WitnessRequestTests {
    @Test("a request is the old size, the proof and the checkpoint")
    func body() throws {
        let key = try SigningKey(name: "log")
        let note = try Checkpoint(origin: "log", size: 8, root: KnownTree.roots[7]).signed(by: key)
        let proof = ConsistencyProof(oldSize: 6, size: 8, hashes: [KnownTree.roots[0], KnownTree.roots[1]])
        let expected = "old 6\n\(KnownTree.roots[0])\n\(KnownTree.roots[1])\n\n\(note)"
        #expect(WitnessRequest(proof: proof, note: note).body == expected)
        let first = ConsistencyProof(oldSize: 0, size: 8, hashes: [])
        #expect(WitnessRequest(proof: first, note: note).body == "old 0\n\n\(note)")
    }

    @Test("of an answer only what the witness has signed counts")
    func answer() throws {
        let (log, witness) = (try SigningKey(name: "log"), try SigningKey(name: "w", algorithm: .cosignature))
        let stranger = try SigningKey(name: "w", algorithm: .cosignature)
        let note = try Checkpoint(origin: "log", size: 8, root: KnownTree.roots[7]).signed(by: log)
        let request = WitnessRequest(proof: ConsistencyProof(oldSize: 0, size: 8, hashes: []), note: note)
        let right = try witness.sign(note.text, at: 5)
        let other = try witness.sign("log\n9\n\(KnownTree.roots[7])\n", at: 5)
        let answer = [try stranger.sign(note.text, at: 5), other, right].map { "\($0.line)\n" }.joined() + "noise\n"
        #expect(request.cosignatures(in: answer, by: witness.verifier) == [right])
        #expect(request.cosignatures(in: "", by: witness.verifier).isEmpty)
    }

    @Test(
        "the size in a conflict is a number and a newline",
        arguments: [("17\n", 17), ("0\n", 0), ("17", nil), ("017\n", nil), ("-1\n", nil), ("\n", nil), ("x\n", nil)])
    func conflict(body: String, size: Int?) {
        #expect(WitnessRequest.size(inConflict: body) == size)
    }
}
