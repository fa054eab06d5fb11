import EventLog
import SQLiteEventStore
import Testing
import VerdictTesting

@Suite("Reading")
struct ReadTests {
    private let fixture: StoreFixture
    private var store: SQLiteEventStore { fixture.store }

    init() throws {
        fixture = try StoreFixture()
    }

    @Test(
        "events are read from a position, in order, up to the limit",
        arguments: [
            (1, 3, [1, 2, 3]), (4, 3, [4, 5, 6]), (9, 3, [9, 10]), (10, 1, [10]), (11, 3, []), (1, 0, []),
            (0, 2, [1, 2]), (-5, 2, [1, 2]), (1, 1000, Array(1...10)),
        ] as [(Position, Int, [Position])])
    func pages(from position: Position, limit: Int, expected: [Position]) throws {
        for number in 1...10 { _ = try store.append([StreamAppend("decision/\(number % 3)", "\(number)")]) }
        let events = try store.read(from: position, limit: limit)
        #expect(events.map(\.position) == expected)
        #expect(events.map(\.payload) == expected.map(String.init))
    }

    @Test("streams are read whole and in order, those that do not exist are left out")
    func streams() throws {
        _ = try store.append([
            StreamAppend("decision/a", "1"), StreamAppend("decision/b", "2"), StreamAppend("decision/a", "3"),
            StreamAppend("session/a", "4"),
        ])
        let a = StreamName(text: "decision/a")
        let other = StreamName(text: "session/a")
        let read = try store.read(streams: [a, StreamName(text: "decision/missing"), other, a])
        #expect(Set(read.keys) == [a, other])
        #expect(read[a]?.map(\.payload) == ["1", "3"])
        #expect(read[a]?.map(\.version) == [1, 2])
        #expect(read[other]?.map(\.payload) == ["4"])
        #expect(try store.read(streams: []).isEmpty)
        #expect(try store.read(stream: a).map(\.position) == [1, 3])
    }

    @Test(
        "odd bytes come back as they were",
        arguments: [
            #"{"nul":"a\u0000b"}"#, #"{"emoji":"👩‍🚀","raw":"é"}"#, "{ \"spaces\" :\t8.50\n}", #""\/\ud83d\ude00""#,
            "\"\u{2028}\u{FFFF}\"", "0", "\"''; DROP TABLE events; --\"",
        ])
    func oddPayloads(payload: String) throws {
        _ = try store.append([StreamAppend("decision/a", payload)])
        #expect(try store.read(from: 1, limit: 1).first?.data == Array(payload.utf8))
    }

    @Test("odd names come back as they were")
    func oddNames() throws {
        for name in ["a\u{0}b", "\u{0}", "é😀", "e\u{301}", "a/b", "'", "\u{FFFF}", ""] {
            let stream = StreamName(category: "decision", id: name)
            let appended = try store.append([
                StreamAppend(stream, expecting: .mustBeNew, [NewEvent(actor: "agent:\(name)")])
            ])
            let read = try store.read(from: store.lastPosition, limit: 1)
            #expect(read == appended)
            #expect(read.first.map { Array($0.stream.text.utf8) } == Array(stream.text.utf8))
            #expect(read.first.map { Array($0.actor.utf8) } == Array("agent:\(name)".utf8))
            #expect(try store.read(stream: stream) == appended)
        }
    }

    @Test("a name that contains NUL is no other stream's name")
    func nulDoesNotEndAName() throws {
        _ = try store.append([StreamAppend("decision/a", expecting: .mustBeNew, "1")])
        _ = try store.append([StreamAppend("decision/a\u{0}b", expecting: .mustBeNew, "2")])
        #expect(try store.read(stream: StreamName(text: "decision/a")).map(\.payload) == ["1"])
        #expect(try store.read(stream: StreamName(text: "decision/a\u{0}b")).map(\.payload) == ["2"])
    }

    @Test("streams whose names look the same are read each by itself")
    func canonicallyEquivalentNames() throws {
        let composed = StreamName(text: "decision/\u{E9}")
        let combined = StreamName(text: "decision/e\u{301}")
        _ = try store.append([
            StreamAppend(composed.text, expecting: .mustBeNew, "1"),
            StreamAppend(combined.text, expecting: .mustBeNew, "2"),
        ])
        let read = try store.read(streams: [composed, combined])
        #expect(read[composed]?.map(\.payload) == ["1"])
        #expect(read[combined]?.map(\.payload) == ["2"])
    }
}
