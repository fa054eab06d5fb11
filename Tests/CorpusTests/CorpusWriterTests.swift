import EventLog
import Foundation
import Testing

/// Writes what `Tests/Corpus/README.md` speaks of, where somebody asks for it, and is skipped otherwise.
@Suite("Writing the corpus", .serialized)
struct CorpusWriterTests {
    private static let wish = ProcessInfo.processInfo.environment["VERDICT_WRITE_CORPUS"]
    private static let version = wish.flatMap { Int($0) }

    @Test("the log of a version", .enabled(if: version != nil, "VERDICT_WRITE_CORPUS is no version"))
    func log() async throws {
        let corpus = Corpus(version: try #require(Self.version))
        try corpus.write(entries: try await CorpusHistory.entries())
        try corpus.write(views: try ReplayedLog(corpus.entries()).views())
    }

    @Test("the views of every version", .enabled(if: wish == "views", "VERDICT_WRITE_CORPUS is not \"views\""))
    func views() throws {
        for corpus in Corpus.all { try corpus.write(views: try ReplayedLog(corpus.entries()).views()) }
    }
}
