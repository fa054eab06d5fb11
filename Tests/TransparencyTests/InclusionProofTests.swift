import Testing
import Transparency

@Suite struct InclusionProofTests {
    /// Index, size and proof in the tree of eight entries.
    static let known: [(index: Int, size: Int, hashes: [String])] = [
        (
            0, 8,
            [
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ]
        ),
        (
            5, 8,
            [
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ]
        ),
        (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
        (
            1, 5,
            [
                "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            ]
        ),
    ]

    @Test("known proofs are made and verified, and no change of them is", arguments: known)
    func knownProofs(index: Int, size: Int, hashes: [String]) {
        let proof = InclusionProof(index: index, size: size, hashes: hashes.map(KnownTree.hash))
        let (leaf, root) = (KnownTree.tree.leaves[index], KnownTree.roots[size - 1])
        #expect(InclusionProof(index: index, size: size) { KnownTree.tree.hash($0) } == proof)
        #expect(proof.proves(leaf, in: root))
        #expect(!proof.proves(KnownTree.strange, in: root))
        #expect(!proof.proves(leaf, in: KnownTree.strange))
        #expect(!proof.proves(leaf, in: .emptyTree))
        for (name, changed) in Self.changes(of: proof, root) {
            #expect(!changed.proves(leaf, in: root), "\(name)")
        }
    }

    /// Everything that the reference's tests do to a proof.
    private static func changes(of proof: InclusionProof, _ root: MerkleHash) -> [(String, InclusionProof)] {
        func changed(index: Int? = nil, size: Int? = nil, hashes: [MerkleHash]? = nil) -> InclusionProof {
            InclusionProof(index: index ?? proof.index, size: size ?? proof.size, hashes: hashes ?? proof.hashes)
        }
        var changes = [
            ("index before", changed(index: proof.index - 1)), ("index behind", changed(index: proof.index + 1)),
            ("other index", changed(index: proof.index ^ 2)), ("twice the size", changed(size: proof.size * 2)),
            ("half the size", changed(size: proof.size / 2)), ("hash behind", changed(hashes: proof.hashes + [root])),
            ("hash before", changed(hashes: [root] + proof.hashes)),
            ("shorter", changed(hashes: Array(proof.hashes.dropLast()))),
            ("inserted", changed(hashes: [proof.hashes[0], KnownTree.strange] + proof.hashes.dropFirst())),
        ]
        for place in proof.hashes.indices {
            var hashes = proof.hashes
            hashes[place] = hashes[place].flippingOneBit
            changes.append(("bit in hash \(place)", changed(hashes: hashes)))
        }
        return changes
    }

    /// The subtrees that a proof is put together from, for shapes of trees that are easily got wrong.
    @Test(
        "a proof asks for the right subtrees",
        arguments: [
            (1, 0, []), (2, 0, [[0, 1]]), (2, 1, [[0, 0]]), (3, 1, [[0, 0], [0, 2]]),
            (7, 0, [[0, 1], [1, 1], [0, 6], [1, 2]]), (7, 3, [[0, 2], [1, 0], [0, 6], [1, 2]]),
            (7, 4, [[0, 5], [0, 6], [2, 0]]), (7, 6, [[1, 2], [2, 0]]), (4, 2, [[0, 3], [1, 0]]),
            (5, 3, [[0, 2], [1, 0], [0, 4]]), (6, 4, [[0, 5], [2, 0]]),
            (15, 10, [[0, 11], [1, 4], [0, 14], [1, 6], [3, 0]]),
            (31, 24, [[0, 25], [1, 13], [0, 30], [1, 14], [3, 2], [4, 0]]),
            (95, 81, [[0, 80], [1, 41], [2, 21], [0, 94], [1, 46], [2, 22], [4, 4], [6, 0]]),
        ])
    func subtrees(size: Int, index: Int, expected: [[Int]]) {
        var asked: Set<Subtree> = []
        let tree = NaiveTree(countingTo: size)
        let proof = InclusionProof(index: index, size: size) { subtree in
            asked.insert(subtree)
            return tree.hash(subtree)
        }
        #expect(asked == Set(expected.map { Subtree(level: $0[0], index: $0[1]) }))
        #expect(proof?.hashes == tree.path(index, 0..<size))
    }

    @Test("every leaf of every small tree is proven, at its place only")
    func everyLeaf() {
        let tree = NaiveTree(countingTo: 40)
        for size in 1...40 {
            for index in 0..<size {
                guard let proof = InclusionProof(index: index, size: size, subtree: { tree.hash($0) }) else {
                    Issue.record("no proof of \(index) in \(size)")
                    continue
                }
                #expect(proof.hashes == tree.path(index, 0..<size))
                #expect(proof.proves(tree.leaves[index], in: tree.root(size)))
                let other = InclusionProof(index: (index + 1) % size, size: size, hashes: proof.hashes)
                #expect(size == 1 || !other.proves(tree.leaves[index], in: tree.root(size)))
            }
        }
    }

    @Test("a leaf outside of the tree has no proof", arguments: [(0, 0), (1, 0), (2, 1), (8, 7), (-1, 3)])
    func outside(index: Int, size: Int) {
        #expect(InclusionProof(index: index, size: size) { _ in .emptyTree } == nil)
        let empty = InclusionProof(index: index, size: size, hashes: [])
        #expect(empty.root(ofLeaf: KnownTree.strange) == nil)
    }

    @Test("the one leaf of a tree is its root")
    func oneLeaf() {
        let leaf = MerkleHash.leaf(Array("data".utf8))
        let proof = InclusionProof(index: 0, size: 1, hashes: [])
        #expect(proof.proves(leaf, in: leaf))
        #expect(!proof.proves(leaf, in: .emptyTree))
        #expect(!InclusionProof(index: 0, size: 1, hashes: [leaf]).proves(leaf, in: leaf))
    }
}

extension MerkleHash {
    var flippingOneBit: MerkleHash {
        var bytes = bytes
        bytes[0] ^= 16
        return MerkleHash(bytes: bytes) ?? .emptyTree
    }
}
