/// What a path under a log's prefix asks for (C2SP tlog-tiles, "Merkle Tree" and "Log entries").
package enum TileResource: Sendable, Hashable {
    case hashes(Tile)
    /// Entries as a bundle, which has the index and the width of a tile of level 0.
    case entries(Tile)

    /// Reads a path such as `tile/0/x001/234`, `tile/1/000.p/17` or `tile/entries/000`; nil where it names nothing that
    /// a log could have.
    package init?(path: some StringProtocol) {
        let parts = String(path).split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count >= 3, parts[0] == "tile" else { return nil }
        guard let (index, width) = Self.place(parts[2...]) else { return nil }
        if parts[1] == "entries" {
            self = .entries(Tile(level: 0, index: index, width: width))
        } else if let level = Decimal.number(parts[1]), level <= Tile.levelMax {
            self = .hashes(Tile(level: level, index: index, width: width))
        } else {
            return nil
        }
    }

    private static func place(_ parts: ArraySlice<Substring>) -> (index: Int, width: Int)? {
        guard let last = parts.last else { return nil }
        let before = parts.dropLast()
        guard let marked = before.last, marked.hasSuffix(".p") else {
            return TileIndex.number(parts).map { ($0, Tile.widthMax) }
        }
        guard let width = Decimal.number(last), (1..<Tile.widthMax).contains(width),
            let index = TileIndex.number(before.dropLast() + [marked.dropLast(2)])
        else { return nil }
        return (index, width)
    }

    package var path: String {
        switch self {
        case .hashes(let tile): tile.path
        case .entries(let tile): "tile/entries" + tile.path.dropFirst("tile/0".count)
        }
    }
}
