import Testing
import Transparency

@Suite struct LogProofTests {
    private static let tree = NaiveTree(countingTo: 13)

    private static func proof(_ index: Int, by key: SigningKey, extra: [UInt8]? = nil) throws -> LogProof {
        let note = try Checkpoint(origin: key.name, size: 13, root: tree.root(13)).signed(by: key)
        return LogProof(extra: extra, index: index, hashes: tree.path(index, 0..<13), note: note)
    }

    @Test("a proof is read from its text and written again, with extra data and without")
    func roundTrip() throws {
        let key = try SigningKey(name: "log.example")
        for extra in [nil, [], [1, 2, 3, 4]] as [[UInt8]?] {
            let proof = try Self.proof(5, by: key, extra: extra)
            #expect(try LogProof(bytes: Array(proof.description.utf8)) == proof)
        }
        let text = try Self.proof(0, by: key, extra: [7]).description
        #expect(text.hasPrefix("c2sp.org/tlog-proof@v1\nextra Bw==\nindex 0\n"))
    }

    @Test("every entry of the tree is proven by its own proof, and by no other")
    func verify() throws {
        let key = try SigningKey(name: "log.example")
        for index in 0..<13 {
            let proof = try Self.proof(index, by: key)
            #expect(try proof.verify(NaiveTree.entry(index), log: key.verifier).size == 13)
            #expect(throws: LogProof.Problem.notIncluded(index: index, size: 13)) {
                try proof.verify(NaiveTree.entry(index + 1), log: key.verifier)
            }
        }
        let stranger = try SigningKey(name: "log.example").verifier
        let proof = try Self.proof(3, by: key)
        #expect(throws: LogProof.Problem.note(.unsigned)) { try proof.verify(NaiveTree.entry(3), log: stranger) }
    }

    @Test(
        "what is no proof is refused",
        arguments: [
            "", "c2sp.org/tlog-proof@v1", "c2sp.org/tlog-proof@v2\nindex 0\n\n", "c2sp.org/tlog-proof@v1\n\n",
            "c2sp.org/tlog-proof@v1\nindex 01\n\na\n\n— a AAAAAAA=\n",
            "c2sp.org/tlog-proof@v1\nindex -1\n\na\n\n— a AAAAAAA=\n",
            "c2sp.org/tlog-proof@v1\nextra !\nindex 0\n\na\n\n— a AAAAAAA=\n",
            "c2sp.org/tlog-proof@v1\nindex 0\nextra Bw==\n\na\n\n— a AAAAAAA=\n",
            "c2sp.org/tlog-proof@v1\nindex 0\nAAAA\n\na\n\n— a AAAAAAA=\n", "c2sp.org/tlog-proof@v1\nindex 0\n",
        ])
    func malformed(text: String) {
        #expect(throws: NoteError.self) { try LogProof(bytes: Array(text.utf8)) }
    }

    /// Each byte of what an auditor holds, changed in several ways.
    @Test("no changed byte of checkpoint, proof, entry or key is accepted")
    func changedBytes() throws {
        let key = try SigningKey(name: "log.example")
        let proof = Array(try Self.proof(6, by: key).description.utf8)
        let entry = NaiveTree.entry(6)
        let vkey = Array(key.verifier.description.utf8)
        func isAccepted(_ proof: [UInt8], _ entry: [UInt8], _ vkey: [UInt8]) -> Bool {
            guard let key = try? VerifierKey(text: String(decoding: vkey, as: UTF8.self)),
                let proof = try? LogProof(bytes: proof)
            else { return false }
            return (try? proof.verify(entry, log: key)) != nil
        }
        #expect(isAccepted(proof, entry, vkey))
        for mask in [0x01, 0x04, 0x20] as [UInt8] {
            for place in proof.indices {
                var changed = proof
                changed[place] ^= mask
                #expect(!isAccepted(changed, entry, vkey), "byte \(place) of the proof ^ \(mask)")
            }
            for place in vkey.indices {
                var changed = vkey
                changed[place] ^= mask
                #expect(!isAccepted(proof, entry, changed), "byte \(place) of the key ^ \(mask)")
            }
            for place in entry.indices {
                var changed = entry
                changed[place] ^= mask
                #expect(!isAccepted(proof, changed, vkey), "byte \(place) of the entry ^ \(mask)")
            }
        }
    }
}
