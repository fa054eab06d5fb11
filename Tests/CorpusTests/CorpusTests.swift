import Crypto
import EventLog
import Governance
import Identity
import Projections
import Testing

/// Logs of every version so far: what was written once is read for ever, and means the same.
@Suite("Logs of every version so far")
struct CorpusTests {
    @Test("there is the log of the first version and at least one later")
    func versions() {
        #expect(Corpus.all.map(\.version) == Array(1...max(2, Corpus.all.count)))
    }

    /// SHA-256 of the logs that are in somebody's hands.
    private static let digests = [1: "61b85d40b9aaf5f83cdaa381d0e2084b4cf9fe2b603053706c74f45e5d28e8a6"]

    @Test("the log of a version that was released is never written again", arguments: digests)
    func released(version: Int, sha256: String) throws {
        let bytes = try Corpus(version: version).entries().flatMap { $0.bytes + [UInt8(ascii: "\n")] }
        #expect(Hex.text(SHA256.hash(data: bytes)) == sha256)
    }

    @Test("each event goes into a log of today and comes out as the same entry, byte for byte", arguments: Corpus.all)
    func entries(_ corpus: Corpus) throws {
        let entries = try corpus.entries()
        #expect(!entries.isEmpty)
        let replayed = try ReplayedLog(entries)
        #expect(replayed.recorded.count == entries.count)
        for (entry, recorded) in zip(entries, replayed.recorded) {
            #expect(ReplayedLog.entry(of: recorded) == entry.bytes, "event \(recorded.position)")
        }
    }

    @Test("each event decodes, and what it means is written again with the same bytes", arguments: Corpus.all)
    func meanings(_ corpus: Corpus) throws {
        for (entry, recorded) in zip(try corpus.entries(), try ReplayedLog(corpus.entries()).recorded) {
            let event = CommittedEvent(recorded)
            #expect(event.problem == nil, "event \(recorded.position)")
            let meaning = try #require(event.meaning, "nobody knows \(recorded.type), event \(recorded.position)")
            #expect(meaning.stream == recorded.stream)
            // An event of an older version is written as one of today; only what is still written has the same bytes.
            guard meaning.type == recorded.type else { continue }
            #expect(ReplayedLog.entry(of: recorded, data: meaning.data) == entry.bytes, "event \(recorded.position)")
        }
    }

    @Test("the views are those that were recorded", arguments: Corpus.all)
    func views(_ corpus: Corpus) throws {
        let expected = try JSONParser.parse(try corpus.views())
        let actual = try JSONParser.parse(try ReplayedLog(corpus.entries()).views())
        let tables = (expected.objectValue?.members ?? []).map(\.key)
        #expect((actual.objectValue?.members ?? []).map(\.key) == tables)
        for table in tables {
            let (was, is_) = (expected[table]?.arrayValue ?? [], actual[table]?.arrayValue ?? [])
            #expect(was.count == is_.count, "\(table)")
            for (before, after) in zip(was, is_) { #expect(before.text == after.text, "\(table)") }
        }
        #expect(expected["dead_letters"]?.arrayValue == [])
    }
}
