import Evidence
import Foundation
import Testing
import Transparency
import VerdictTesting

@Suite("Tiles of a log") struct TileFileTests {
    private static func contents(_ fixture: EvidenceFixture) throws -> [String: Data] {
        let folder = fixture.file("evidence/tile")
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder).filter { !$0.hasSuffix("x") }
        return Dictionary(
            uniqueKeysWithValues: names.compactMap { name in
                FileManager.default.contents(atPath: "\(folder)/\(name)").map { (name, $0) }
            })
    }

    @Test("full tiles are files, and deleted or damaged ones come back the same", .timeLimit(.minutes(1)))
    func comeBack() async throws {
        var fixture = try EvidenceFixture()
        try fixture.append(700)
        let note = try await fixture.evidence.publishNow().note
        let before = try Self.contents(fixture)
        #expect(Set(before.keys) == ["0/000", "0/001"])
        #expect(before.values.allSatisfy { $0.count == 8192 })
        try await fixture.restart { try $0.remove("evidence/tile") }
        #expect(try await fixture.evidence.publishNow().note == note)
        #expect(try Self.contents(fixture) == before)
        try await fixture.restart { directory in
            try Data(repeating: 7, count: 8192).write(to: URL(fileURLWithPath: directory.file("evidence/tile/0/001")))
        }
        #expect(try await fixture.evidence.publishNow().note == note)
        #expect(try Self.contents(fixture) == before)
        try FileManager.default.removeItem(atPath: fixture.file("evidence/tile/0/000"))
        let hashes = try fixture.evidence.publication?.hashes(of: Tile(level: 0, index: 0))
        #expect(hashes?.tileBytes == before["0/000"].map { [UInt8]($0) })
    }

    @Test("a tile is served as wide as the tree makes it, and an earlier width stays")
    func widths() async throws {
        let fixture = try EvidenceFixture()
        try fixture.append(300)
        let publication = try await fixture.evidence.publishNow()
        func width(_ level: Int, _ index: Int, _ width: Int = 256) throws -> Int? {
            try publication.hashes(of: Tile(level: level, index: index, width: width))?.count
        }
        #expect(try width(0, 0) == 256)
        #expect(try width(0, 0, 17) == 17)
        #expect(try width(0, 1, 44) == 44)
        #expect(try width(0, 1, 3) == 3)
        #expect(try width(0, 1, 45) == nil)
        #expect(try width(0, 1) == nil)
        #expect(try width(1, 0, 1) == 1)
        #expect(try width(1, 0, 2) == nil)
        #expect(try width(2, 0, 1) == nil)
        #expect(try publication.entries(of: Tile(level: 0, index: 1, width: 44))?.count == 44)
        #expect(try publication.entries(of: Tile(level: 0, index: 1, width: 45)) == nil)
        let leaf = try publication.hashes(of: Tile(level: 0, index: 1, width: 1))?.first
        let entry = try publication.entries(of: Tile(level: 0, index: 1, width: 1))?.first
        #expect(leaf != nil && leaf == entry.map { .leaf($0) })
    }

    @Test("a disk that takes no tiles delays the checkpoint, and nothing is lost")
    func noRoom() async throws {
        let fixture = try EvidenceFixture()
        let folder = fixture.file("evidence/tile")
        _ = try await fixture.evidence.publishNow()
        try Data().write(to: URL(fileURLWithPath: folder))
        try fixture.append(600)
        await #expect(throws: EvidenceError.self) { try await fixture.evidence.publishNow() }
        #expect(fixture.evidence.alarms.first?.contains("no checkpoint can be made") == true)
        try FileManager.default.removeItem(atPath: folder)
        #expect(try await fixture.evidence.publishNow().checkpoint.root == (try fixture.root(600)))
        #expect(fixture.evidence.alarms.isEmpty)
        #expect(Set(try Self.contents(fixture).keys) == ["0/000", "0/001"])
    }
}
