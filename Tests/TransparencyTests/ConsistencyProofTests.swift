import Testing
import Transparency

@Suite struct ConsistencyProofTests {
    /// Old size, size and proof in the tree of eight entries.
    static let known: [(oldSize: Int, size: Int, hashes: [String])] = [
        (1, 1, []),
        (
            1, 8,
            [
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ]
        ),
        (
            6, 8,
            [
                "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ]
        ),
        (
            2, 5,
            [
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            ]
        ),
        (
            6, 7,
            [
                "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ]
        ),
    ]

    @Test("known proofs are made and verified, and no change of them is", arguments: known)
    func knownProofs(oldSize: Int, size: Int, hashes: [String]) {
        let proof = ConsistencyProof(oldSize: oldSize, size: size, hashes: hashes.map(KnownTree.hash))
        let (oldRoot, root) = (KnownTree.roots[oldSize - 1], KnownTree.roots[size - 1])
        #expect(ConsistencyProof(oldSize: oldSize, size: size) { KnownTree.tree.hash($0) } == proof)
        #expect(proof.proves(oldRoot, in: root))
        #expect(!proof.proves(KnownTree.strange, in: root))
        #expect(!proof.proves(oldRoot, in: KnownTree.strange))
        guard !hashes.isEmpty else { return }
        #expect(!proof.proves(root, in: oldRoot))
        for (name, changed) in Self.changes(of: proof, oldRoot, root) {
            #expect(!changed.proves(oldRoot, in: root), "\(name)")
        }
    }

    /// Everything that the reference's tests do to a proof.
    private static func changes(
        of proof: ConsistencyProof, _ oldRoot: MerkleHash, _ root: MerkleHash
    ) -> [(String, ConsistencyProof)] {
        func changed(oldSize: Int? = nil, size: Int? = nil, hashes: [MerkleHash]? = nil) -> ConsistencyProof {
            ConsistencyProof(
                oldSize: oldSize ?? proof.oldSize, size: size ?? proof.size, hashes: hashes ?? proof.hashes)
        }
        var changes = [
            ("old size less", changed(oldSize: proof.oldSize - 1)),
            ("old size more", changed(oldSize: proof.oldSize + 1)), ("other", changed(oldSize: proof.oldSize ^ 2)),
            ("twice the size", changed(size: proof.size * 2)), ("half the size", changed(size: proof.size / 2)),
            ("empty", changed(hashes: [])), ("shorter", changed(hashes: Array(proof.hashes.dropLast()))),
        ]
        for (name, hash) in [("old root", oldRoot), ("root", root), ("its first", proof.hashes[0])] {
            changes.append(("\(name) behind", changed(hashes: proof.hashes + [hash])))
            changes.append(("\(name) before", changed(hashes: [hash] + proof.hashes)))
        }
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
            (1, 2, [[0, 1]]), (1, 4, [[0, 1], [1, 1]]), (1, 6, [[0, 1], [1, 1], [1, 2]]), (2, 3, [[0, 2]]),
            (2, 8, [[1, 1], [2, 1]]), (3, 7, [[0, 2], [0, 3], [1, 0], [0, 6], [1, 2]]), (4, 7, [[0, 6], [1, 2]]),
            (5, 7, [[0, 4], [0, 5], [0, 6], [2, 0]]), (6, 7, [[1, 2], [0, 6], [2, 0]]),
            (7, 8, [[0, 6], [0, 7], [1, 2], [2, 0]]), (7, 7, []), (8, 8, []), (4, 6, [[1, 2]]),
            (1, 7, [[0, 1], [1, 1], [0, 6], [1, 2]]), (10, 15, [[1, 4], [1, 5], [0, 14], [1, 6], [3, 0]]),
            (24, 31, [[3, 2], [0, 30], [1, 14], [2, 6], [4, 0]]),
            (81, 95, [[0, 80], [0, 81], [1, 41], [2, 21], [0, 94], [1, 46], [2, 22], [4, 4], [6, 0]]),
        ])
    func subtrees(oldSize: Int, size: Int, expected: [[Int]]) {
        var asked: Set<Subtree> = []
        let tree = NaiveTree(countingTo: size)
        let proof = ConsistencyProof(oldSize: oldSize, size: size) { subtree in
            asked.insert(subtree)
            return tree.hash(subtree)
        }
        #expect(asked == Set(expected.map { Subtree(level: $0[0], index: $0[1]) }))
        #expect(proof?.hashes == tree.subproof(oldSize, 0..<size, true))
    }

    @Test("every size of a small tree is consistent with every later one, and with no other tree")
    func everySize() {
        let tree = NaiveTree(countingTo: 40)
        let other = NaiveTree([[9]] + (1..<40).map(NaiveTree.entry))
        for size in 1...40 {
            for oldSize in 1...size {
                guard let proof = ConsistencyProof(oldSize: oldSize, size: size, subtree: { tree.hash($0) }) else {
                    Issue.record("no proof from \(oldSize) to \(size)")
                    continue
                }
                #expect(proof.hashes == tree.subproof(oldSize, 0..<size, true))
                #expect(proof.proves(tree.root(oldSize), in: tree.root(size)))
                #expect(!proof.proves(other.root(oldSize), in: tree.root(size)))
                #expect(!proof.proves(tree.root(oldSize), in: other.root(size)))
            }
        }
    }

    @Test("sizes without a proof, and what is consistent without one")
    func withoutHashes() {
        #expect(ConsistencyProof(oldSize: 5, size: 0) { _ in .emptyTree } == nil)
        #expect(ConsistencyProof(oldSize: 9, size: 8) { _ in .emptyTree } == nil)
        #expect(ConsistencyProof(oldSize: -1, size: 8) { _ in .emptyTree } == nil)
        let (first, second) = (KnownTree.roots[0], KnownTree.roots[1])
        func proves(_ oldSize: Int, _ size: Int, _ old: MerkleHash, _ new: MerkleHash, _ hashes: [MerkleHash] = [])
            -> Bool
        {
            ConsistencyProof(oldSize: oldSize, size: size, hashes: hashes).proves(old, in: new)
        }
        #expect(proves(0, 0, .emptyTree, .emptyTree))
        #expect(proves(0, 1, .emptyTree, first))
        #expect(proves(1, 1, first, first))
        #expect(!proves(0, 1, second, first))
        #expect(!proves(0, 0, .emptyTree, first))
        #expect(!proves(1, 1, first, second))
        #expect(!proves(1, 0, first, .emptyTree))
        #expect(!proves(2, 1, first, second))
        #expect(!proves(1, 2, first, second))
        #expect(!proves(0, 1, .emptyTree, first, [first]))
        #expect(!proves(1, 1, first, first, [first]))
    }
}
