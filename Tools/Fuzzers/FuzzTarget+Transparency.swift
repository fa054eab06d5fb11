@testable import Transparency

extension FuzzTarget {
    static let transparency = [
        FuzzTarget(name: "signed-note") { bytes in
            guard let note = try? SignedNote(bytes: bytes) else { return }
            try require((try? SignedNote(note.description)) == note, "written again it is another note")
        },
        FuzzTarget(name: "checkpoint") { bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            guard let checkpoint = try? Checkpoint(text: text) else { return }
            try require(checkpoint.text == text, "it is written otherwise")
        },
        FuzzTarget(name: "log-proof") { bytes in
            guard let proof = try? LogProof(bytes: bytes) else { return }
            try require(
                (try? LogProof(bytes: Array(proof.description.utf8))) == proof, "written again it is another proof")
        },
        FuzzTarget(name: "verifier-key") { bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            guard let key = try? VerifierKey(text: text) else { return }
            try require((try? VerifierKey(text: key.description)) == key, "\(text) is written \(key)")
        },
        FuzzTarget(name: "tile-path") { bytes in
            let path = String(decoding: bytes, as: UTF8.self)
            guard let resource = TileResource(path: path) else { return }
            try require(resource.path == path, "\(path) is written \(resource.path)")
        },
        FuzzTarget(name: "entry-bundle") { bytes in
            guard let entries = EntryBundle.entries(bytes) else { return }
            try require(EntryBundle.bytes(entries) == bytes, "it is written otherwise")
        },
        FuzzTarget(name: "tile") { bytes in
            guard let hashes = [MerkleHash](tileBytes: bytes) else { return }
            try require(hashes.tileBytes == bytes, "it is written otherwise")
        },
        FuzzTarget(name: "proofs") { bytes in
            // Two numbers of eight bytes, then hashes; the last two are a leaf and a root.
            guard bytes.count >= 80 else { return }
            let numbers = [bytes[0..<8], bytes[8..<16]].map { $0.reduce(Int64(0)) { $0 << 8 | Int64($1) } }
            let rest = bytes[16...].prefix((bytes.count - 16) / 32 * 32)
            guard let hashes = [MerkleHash](tileBytes: Array(rest)), hashes.count >= 2 else { return }
            let (first, second) = (Int(numbers[0]), Int(numbers[1]))
            let path = Array(hashes.dropLast(2))
            let (leaf, root) = (hashes[hashes.count - 2], hashes[hashes.count - 1])
            let inclusion = InclusionProof(index: first, size: second, hashes: path)
            let computed = inclusion.root(ofLeaf: leaf)
            try require(inclusion.proves(leaf, in: root) == (computed == root), "a proof contradicts itself")
            _ = ConsistencyProof(oldSize: first, size: second, hashes: path).proves(leaf, in: root)
        },
        FuzzTarget(name: "base64") { bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            guard let read = Base64.bytes(text) else { return }
            try require(Base64.text(read) == text, "\(text) is written \(Base64.text(read))")
        },
        FuzzTarget(name: "decimal") { bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            guard let number = Decimal.number(text) else { return }
            try require(String(number) == text && number >= 0, "\(text) is read as \(number)")
        },
    ]
}
