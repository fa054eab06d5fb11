import Testing
import Transparency

@Suite struct TileTests {
    @Test(
        "a tile has its path, and a path its tile",
        arguments: [
            (Tile(level: 0, index: 0), "tile/0/000"), (Tile(level: 0, index: 999), "tile/0/999"),
            (Tile(level: 0, index: 1000), "tile/0/x001/000"),
            (Tile(level: 0, index: 1_234_067), "tile/0/x001/x234/067"),
            (Tile(level: 63, index: 7), "tile/63/007"), (Tile(level: 1, index: 0, width: 17), "tile/1/000.p/17"),
            (Tile(level: 2, index: 1001, width: 255), "tile/2/x001/001.p/255"),
        ])
    func paths(tile: Tile, path: String) {
        #expect(tile.path == path)
        #expect(TileResource(path: path) == .hashes(tile))
        guard tile.level == 0 else { return }
        let entries = path.replacing("tile/0", with: "tile/entries")
        #expect(TileResource.entries(tile).path == entries)
        #expect(TileResource(path: entries) == .entries(tile))
    }

    @Test(
        "a path that no tile has is none",
        arguments: [
            "", "tile", "tile/0", "tile/0/", "tile/0/00", "tile/0/0000", "tile/0/x00/000", "tile/0/x000/001",
            "tile/0/001/002", "tile/0/x001", "tile/00/000", "tile/64/000", "tile/-1/000", "tile/a/000", "tile/0/0a0",
            "tile/0/000.p", "tile/0/000.p/", "tile/0/000.p/0", "tile/0/000.p/01", "tile/0/000.p/256",
            "tile/0/000.p/1/2", "tile/0/000/p/1", "tile/0/000.p/+1", "tile/0//000", "/tile/0/000", "tile/0/000/",
            "tile/entries", "tile/entries/0", "tile/entries/000.p/300", "tile/0/٠٠٠",
            "tile/0/x999/x999/x999/x999/x999/x999/999",
            "file/0/000", "tile/0/..%2f",
        ])
    func strangePaths(path: String) {
        #expect(TileResource(path: path) == nil)
    }

    @Test("a tree of 70,000 leaves has the tiles that the specification counts")
    func counted() {
        let size = 70_000
        func widths(_ level: Int) -> [Int] {
            var index = 0
            var widths: [Int] = []
            while let tile = Tile(level: level, index: index, inTreeOf: size) {
                widths.append(tile.width)
                index += 1
            }
            return widths
        }
        #expect(widths(0) == [Int](repeating: 256, count: 273) + [112])
        #expect(widths(1) == [256, 17])
        #expect(widths(2) == [1])
        #expect(widths(3) == [])
        #expect(widths(63) == [])
        #expect(Tile(level: 0, index: 0, inTreeOf: 256)?.isFull == true)
        #expect(Tile(level: 1, index: 0, inTreeOf: 256)?.width == 1)
    }

    @Test(
        "the edge and the full tiles hold the whole tree: its root and every proof come from them",
        arguments: [0, 1, 255, 256, 257, 511, 512, 700])
    func edge(size: Int) throws {
        let tree = NaiveTree(countingTo: size)
        var edge = TileEdge()
        var tiles: [Tile: [MerkleHash]] = [:]
        for leaf in tree.leaves { edge.append(leaf) { tiles[$0] = $1 } }
        #expect(edge.root == tree.root(size))
        #expect(edge.size == size)
        #expect(tiles.values.allSatisfy { $0.count == Tile.widthMax })
        #expect(tiles.count == size / 256 + size / 65536)
        let levels = edge.levels
        var reader = TileTree(size: size) { tile in tile.isFull ? tiles[tile] ?? [] : levels[tile.level] }
        for index in Set([0, 1, 100, 255, 256, 300, size - 2, size - 1]) where (0..<size).contains(index) {
            let inclusion = try reader.inclusionProof(of: index)
            #expect(inclusion?.hashes == tree.path(index, 0..<size))
            guard index > 0 else { continue }
            let consistency = try reader.consistencyProof(from: index)
            #expect(consistency?.hashes == tree.subproof(index, 0..<size, true))
        }
        let (inclusion, consistency) = (
            try reader.inclusionProof(of: size), try reader.consistencyProof(from: size + 1)
        )
        #expect(inclusion == nil && consistency == nil)
    }

    @Test("trees of three levels of tiles")
    func threeLevels() throws {
        let size = 65_536 + 300
        var edge = TileEdge()
        var tiles: [Tile: [MerkleHash]] = [:]
        var range = CompactRange()
        for index in 0..<size {
            let leaf = MerkleHash.leaf(NaiveTree.entry(index))
            edge.append(leaf) { tiles[$0] = $1 }
            range.append(leaf)
        }
        #expect(edge.root == range.root)
        #expect(Set(tiles.keys.map(\.level)) == [0, 1])
        let levels = edge.levels
        #expect(levels.map(\.count) == [44, 1, 1])
        var reader = TileTree(size: size) { tile in tile.isFull ? tiles[tile] ?? [] : levels[tile.level] }
        for index in [0, 65_535, 65_536, size - 1] {
            let proof = try reader.inclusionProof(of: index)
            #expect(proof?.proves(.leaf(NaiveTree.entry(index)), in: edge.root) == true)
        }
    }

    @Test("a tile that cannot be read whole gives no proof")
    func torn() throws {
        var reader = TileTree(size: 200) { _ in [.emptyTree] }
        #expect(throws: TileTree.Problem.torn(Tile(level: 0, index: 0, width: 200))) {
            try reader.inclusionProof(of: 3)
        }
        #expect(throws: TileTree.Problem.outside(Subtree(level: 0, index: 200))) {
            try reader.hash(of: Subtree(level: 0, index: 200))
        }
    }

    @Test("the bytes of a tile are its hashes")
    func bytes() {
        let hashes = NaiveTree(countingTo: 3).leaves
        #expect(hashes.tileBytes.count == 96)
        #expect([MerkleHash](tileBytes: hashes.tileBytes) == hashes)
        #expect([MerkleHash](tileBytes: Array(hashes.tileBytes.dropLast())) == nil)
    }

    @Test("entries stand behind their lengths")
    func bundle() {
        let entries = [[], [1], [UInt8](repeating: 7, count: 65_535)]
        let bytes = EntryBundle.bytes(entries)
        #expect(bytes?.prefix(7) == [0, 0, 0, 1, 1, 255, 255])
        #expect(bytes.flatMap { EntryBundle.entries($0) } == entries)
        #expect(EntryBundle.bytes([[UInt8](repeating: 7, count: 65_536)]) == nil)
        for torn in [[0], [0, 1], [0, 2, 9], [0, 0, 5]] as [[UInt8]] { #expect(EntryBundle.entries(torn) == nil) }
        #expect(EntryBundle.entries([]) == [])
    }
}
