import Crypto
import Testing
import Transparency

@Suite struct MerkleHashTests {
    @Test("the hashes of RFC 6962 are those of the test vectors")
    func knownHashes() {
        #expect(
            MerkleHash.emptyTree
                == KnownTree.hash("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"))
        #expect(
            MerkleHash.leaf([]) == KnownTree.hash("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"))
        #expect(
            MerkleHash.leaf(Array("L123456".utf8))
                == KnownTree.hash("395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56"))
    }

    @Test("a node is hashed behind a one, left before right")
    func node() {
        let (left, right) = (MerkleHash.leaf([1]), MerkleHash.leaf([2]))
        let expected = SHA256.hash(data: [1] + left.bytes + right.bytes)
        #expect(MerkleHash.node(left, right).bytes == Array(expected))
        #expect(MerkleHash.node(left, right) != .node(right, left))
        #expect(MerkleHash.node(left, right) != .leaf(left.bytes + right.bytes))
    }

    @Test("a hash is 32 bytes and 44 digits, no more and no fewer")
    func forms() {
        let hash = MerkleHash.leaf([7])
        #expect(MerkleHash(bytes: hash.bytes) == hash)
        #expect(MerkleHash(base64: hash.base64) == hash)
        #expect(hash.base64.utf8.count == 44)
        #expect(MerkleHash(bytes: Array(hash.bytes.dropLast())) == nil)
        #expect(MerkleHash(bytes: hash.bytes + [0]) == nil)
        #expect(MerkleHash(base64: "") == nil)
        #expect(MerkleHash(base64: String(hash.base64.dropLast())) == nil)
    }

    @Test("roots of known trees", arguments: 1...8)
    func knownRoots(size: Int) {
        #expect(KnownTree.tree.root(size) == KnownTree.roots[size - 1])
    }

    /// Roots of trees over numbers of two bytes, the lower one first.
    @Test(
        "roots of larger known trees",
        arguments: [
            (10, "VjWMPSYNtCuCNlF/RLnQy6HcwSk6CIipfxm+hettA+4="), (15, "j4SulYmocFuxdeyp12xXCIgK6PekBcxzAIj4zbQzNEI="),
            (16, "c+4Uc6BCMOZf/v3NZK1kqTUJe+bBoFtOhP+P3SayKRE="), (100, "dUh9hYH88p0CMoHkdr1wC2szbhcLAXOejWpINIooKUY="),
            (255, "SmdsuKUqiod3RX2jyF2M6JnbdE4QuTwwipfAowI4/i0="),
            (256, "qFI0t/tZ1MdOYgyPpPzHFiZVw86koScXy9q3FU5casA="),
            (1000, "RXrgb8xHd55Y48FbfotJwCbV82Kx22LZfEbmBGAvwlQ="),
            (4095, "cWRFdQhPcjn9WyBXE/r1f04ejxIm5lvg40DEpRBVS0w="),
            (4096, "6uU/phfHg1n/GksYT6TO9aN8EauMCCJRl3dIK0HDs2M="),
            (10000, "VZcav65F9haHVRk3wre2axFoBXRNeUh/1d9d5FQfxIg="),
            (65535, "iPuVYJhP6SEE4gUFp8qbafd2rYv9YTCDYqAxCj8HdLM="),
        ])
    func largerRoots(size: Int, root: String) {
        var range = CompactRange()
        var edge = TileEdge()
        for index in 0..<size {
            let leaf = MerkleHash.leaf(NaiveTree.entry(index))
            range.append(leaf)
            edge.append(leaf) { _, _ in }
        }
        #expect(range.root?.base64 == root)
        #expect(edge.root.base64 == root)
    }
}
