/// A tile of a tree: up to 256 hashes of one level, side by side (C2SP tlog-tiles, "Merkle Tree").
///
/// A hash of level `n` covers 256^n leaves.
package struct Tile: Sendable, Hashable {
    package static let widthMax = 256
    /// Eight levels of the tree fit into one level of tiles.
    package static let height = 8
    /// Levels are numbered up to here; a tree of 2^63 leaves needs eight.
    static let levelMax = 63

    package let level: Int
    package let index: Int
    /// The number of hashes: 256 for a full tile.
    package let width: Int

    package init(level: Int, index: Int, width: Int = Tile.widthMax) {
        self.level = level
        self.index = index
        self.width = width
    }

    package var isFull: Bool { width == Self.widthMax }

    /// The tile at that place in the tree of that size; nil where the tree has none.
    package init?(level: Int, index: Int, inTreeOf size: Int) {
        let hashes = level * Self.height < Int.bitWidth ? size >> (level * Self.height) : 0
        let width = min(Self.widthMax, hashes - index * Self.widthMax)
        guard width > 0 else { return nil }
        self.init(level: level, index: index, width: width)
    }

    /// The path under the log's prefix, such as `tile/0/x001/234` or `tile/1/000.p/17`.
    package var path: String { "tile/\(level)/\(TileIndex.text(index))\(isFull ? "" : ".p/\(width)")" }
}

/// The numbers in the paths of tiles and entry bundles.
enum TileIndex {
    private static let digits = 3
    private static let base = 1000

    /// Groups of three digits, all but the last with an `x` before them: `x001/x234/067`.
    static func text(_ index: Int) -> String {
        var text = padded(index % base)
        var rest = index / base
        while rest > 0 {
            text = "x\(padded(rest % base))/\(text)"
            rest /= base
        }
        return text
    }

    private static func padded(_ group: Int) -> String {
        let text = String(group)
        return String(repeating: "0", count: digits - text.count) + text
    }

    /// Nil for a text that is not the one for its number.
    static func number(_ groups: some Collection<Substring>) -> Int? {
        var index = 0
        for (place, group) in groups.enumerated() {
            let isLast = place == groups.count - 1
            guard isLast || group.first == "x" else { return nil }
            let digits = isLast ? group : group.dropFirst()
            guard digits.utf8.count == Self.digits, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                let value = Int(digits)
            else { return nil }
            let (product, overflow) = index.multipliedReportingOverflow(by: base)
            guard !overflow, product <= Int.max - value else { return nil }
            index = product + value
        }
        // A number has one text only: without a group of zeros in front.
        return groups.isEmpty || text(index) != groups.joined(separator: "/") ? nil : index
    }
}
