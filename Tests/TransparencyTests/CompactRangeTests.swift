import Testing
import Transparency

@Suite struct CompactRangeTests {
    @Test("appending computes every node of the tree once", arguments: [0, 1, 2, 3, 7, 8, 31, 100, 256, 300])
    func append(size: Int) {
        let tree = NaiveTree(countingTo: size)
        var range = CompactRange()
        var visited: [Subtree: Int] = [:]
        for leaf in tree.leaves {
            range.append(leaf) { node in
                visited[node.subtree, default: 0] += 1
                #expect(node.hash == tree.hash(node.subtree))
            }
        }
        #expect(range.root == tree.root(size))
        #expect(range.leaves == 0..<size)
        let expected = (0..<10).reduce(0) { $0 + size >> $1 }
        #expect(visited.count == expected && visited.values.allSatisfy { $0 == 1 })
    }

    @Test(
        "a range is made of the fewest subtrees",
        arguments: [
            (0..<0, []), (0..<2, [1]), (0..<4, [2]), (1..<3, [0, 0]), (3..<7, [0, 1, 0]), (3..<17, [0, 2, 3, 0]),
            (4..<28, [2, 3, 3, 2]), (8..<24, [3, 3]),
        ])
    func subtrees(leaves: Range<Int>, levels: [Int]) {
        let range = Self.range(leaves, of: NaiveTree(countingTo: 32))
        #expect(range.nodes.map(\.subtree.level) == levels)
        #expect(range.nodes.flatMap(\.subtree.leaves) == Array(leaves))
    }

    @Test("ranges that meet can be put together in any order")
    func merge() {
        let tree = NaiveTree(countingTo: 220)
        var random = SeededRandom(seed: 11)
        func whole(_ leaves: Range<Int>) -> CompactRange {
            guard leaves.count > 1 else { return Self.range(leaves, of: tree) }
            let middle = Int.random(in: leaves.lowerBound...leaves.upperBound, using: &random)
            guard leaves.lowerBound < middle, middle < leaves.upperBound else { return Self.range(leaves, of: tree) }
            var left = whole(leaves.lowerBound..<middle)
            let isAppended = left.append(whole(middle..<leaves.upperBound))
            #expect(isAppended)
            return left
        }
        for size in [1, 2, 13, 64, 100, 219, 220] {
            let range = whole(0..<size)
            #expect(range == Self.range(0..<size, of: tree))
            #expect(range.root == tree.root(size))
        }
    }

    @Test("ranges that do not meet stay apart, and only one from the start has a root")
    func apart() {
        let tree = NaiveTree(countingTo: 8)
        var range = Self.range(0..<3, of: tree)
        let before = range
        for other in [4..<8, 2..<8] {
            let isAppended = range.append(Self.range(other, of: tree))
            #expect(!isAppended)
        }
        #expect(range == before)
        #expect(Self.range(3..<8, of: tree).root == nil)
        #expect(CompactRange().root == .emptyTree)
    }

    private static func range(_ leaves: Range<Int>, of tree: NaiveTree) -> CompactRange {
        var range = CompactRange(from: leaves.lowerBound)
        for leaf in leaves { range.append(tree.leaves[leaf]) }
        return range
    }
}

/// The same numbers for the same seed.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
