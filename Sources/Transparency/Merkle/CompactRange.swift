/// The fewest nodes from which the hash of a run of leaves, and of everything that is appended to it, can be computed:
/// the perfect subtrees that cover it, from left to right.
package struct CompactRange: Sendable, Hashable {
    package struct Node: Sendable, Hashable {
        package let subtree: Subtree
        package let hash: MerkleHash

        package init(subtree: Subtree, hash: MerkleHash) {
            self.subtree = subtree
            self.hash = hash
        }
    }

    package private(set) var leaves: Range<Int>
    package private(set) var nodes: [Node] = []

    /// An empty range that begins at that leaf.
    package init(from start: Int = 0) {
        leaves = start..<start
    }

    /// Appends one leaf.
    ///
    /// - Parameter visit: is told of every node that is computed, the leaf included.
    package mutating func append(_ leaf: MerkleHash, visit: (Node) -> Void = { _ in }) {
        let node = Node(subtree: Subtree(level: 0, index: leaves.upperBound), hash: leaf)
        leaves = leaves.lowerBound..<leaves.upperBound + 1
        visit(node)
        push(node, visit)
    }

    /// Appends the range that begins where this one ends.
    ///
    /// - Returns: whether it does begin there; if not, nothing changes.
    package mutating func append(_ other: CompactRange, visit: (Node) -> Void = { _ in }) -> Bool {
        guard other.leaves.lowerBound == leaves.upperBound else { return false }
        leaves = leaves.lowerBound..<other.leaves.upperBound
        for node in other.nodes { push(node, visit) }
        return true
    }

    private mutating func push(_ node: Node, _ visit: (Node) -> Void) {
        var node = node
        while let last = nodes.last, last.subtree.level == node.subtree.level, last.subtree.index % 2 == 0 {
            nodes.removeLast()
            node = Node(subtree: node.subtree.parent, hash: .node(last.hash, node.hash))
            visit(node)
        }
        nodes.append(node)
    }

    /// The hash of the tree of all these leaves (RFC 6962, section 2.1); nil where the range does not begin at the first
    /// leaf.
    package var root: MerkleHash? {
        guard leaves.lowerBound == 0 else { return nil }
        guard let last = nodes.last else { return .emptyTree }
        return nodes.dropLast().reversed().reduce(last.hash) { .node($1.hash, $0) }
    }
}
