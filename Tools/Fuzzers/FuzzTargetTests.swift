import Foundation
import Testing

/// What the fuzzers begin with, as ordinary tests; `Tools/fuzz-parsers` makes up the rest.
@Suite("The corpora of the fuzzers")
struct FuzzTargetTests {
    private static let corpora = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("corpus")

    @Test(
        "whatever is known is taken or refused, and nothing contradicts itself", arguments: FuzzTarget.all.map(\.name))
    func corpus(name: String) async throws {
        let target = try #require(FuzzTarget.all.first { $0.name == name })
        let folder = Self.corpora.appendingPathComponent(name)
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        #expect(!files.isEmpty)
        for file in files {
            let bytes = [UInt8](try Data(contentsOf: file))
            await #expect(throws: Never.self, "\(file.lastPathComponent)") { try await target.read(bytes) }
            // Cut off anywhere, as a connection or a file may be.
            for length in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 64)) {
                await #expect(throws: Never.self, "\(file.lastPathComponent), the first \(length) bytes") {
                    try await target.read(Array(bytes.prefix(length)))
                }
            }
        }
    }

    @Test("every corpus belongs to a parser, and no two parsers have the same name")
    func folders() throws {
        let folders = try FileManager.default.contentsOfDirectory(atPath: Self.corpora.path)
        #expect(folders.sorted() == FuzzTarget.all.map(\.name).sorted())
    }
}
