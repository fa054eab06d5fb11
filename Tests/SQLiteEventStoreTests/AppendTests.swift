import EventLog
import SQLiteEventStore
import Testing
import VerdictTesting

@Suite("Appending")
struct AppendTests {
    private let fixture: StoreFixture
    private var store: SQLiteEventStore { fixture.store }

    init() throws {
        fixture = try StoreFixture()
    }

    @Test("an empty log has no events")
    func empty() throws {
        #expect(store.lastPosition == 0)
        #expect(try store.read(from: 1, limit: 10) == [])
        #expect(try store.read(stream: StreamName(text: "decision/a")) == [])
    }

    @Test("what is appended is answered, and reads back the same")
    func appendAndRead() throws {
        var metadata = EventMetadata()
        metadata.sessionID = "session-1"
        metadata.idempotencyKey = "key"
        let event = NewEvent(#"{"a":8.50}"#, actor: "operator:alice@host", metadata: metadata)
        let stream = StreamName(text: "decision/a")

        let appended = try store.append([StreamAppend(stream, expecting: .mustBeNew, [event])])

        let expected = RecordedEvent(
            position: 1, stream: stream, version: 1, type: event.type, id: event.id, recordedAt: event.recordedAt,
            actor: event.actor, data: event.data, metadata: metadata.json)
        #expect(appended == [expected])
        #expect(try store.read(from: 1, limit: 10) == [expected])
        #expect(try store.read(stream: stream) == [expected])
        #expect(store.lastPosition == 1)
    }

    @Test("positions have no gaps, versions count in each stream")
    func positionsAndVersions() throws {
        for round in 0..<10 {
            _ = try store.append([
                StreamAppend("decision/a", "\(round)", "\(round)"), StreamAppend("decision/b", "\(round)"),
            ])
        }
        let events = try store.read(from: 1, limit: 100)
        #expect(events.map(\.position) == Array(1...30))
        #expect(events.filter { $0.stream.id == "a" }.map(\.version) == Array(1...20))
        #expect(events.filter { $0.stream.id == "b" }.map(\.version) == Array(1...10))
        #expect(store.lastPosition == 30)
    }

    @Test("a batch is written in its order, streams may come again")
    func severalAppendsForOneStream() throws {
        let appended = try store.append([
            StreamAppend("decision/a", expecting: .mustBeNew, "1", "2"),
            StreamAppend("decision/b", expecting: .mustBeNew, "3"),
            StreamAppend("decision/a", expecting: .exact(2), "4"),
            StreamAppend("decision/a", expecting: .mustExist, "5"),
        ])
        #expect(appended.map(\.payload) == ["1", "2", "3", "4", "5"])
        #expect(appended.map(\.position) == [1, 2, 3, 4, 5])
        #expect(appended.map(\.version) == [1, 2, 1, 3, 4])
        #expect(try store.read(from: 1, limit: 10) == appended)
    }

    @Test("a batch without events writes nothing")
    func nothing() throws {
        #expect(try store.append([]) == [])
        #expect(try store.append([StreamAppend("decision/a", expecting: .mustBeNew)]) == [])
        #expect(store.lastPosition == 0)
    }

    @Test("an event that no tile could hold is refused, and nothing of its batch is written")
    func entryTooLarge() throws {
        var metadata = EventMetadata()
        metadata.traceparent = String(repeating: "t", count: 17_000)
        let tooLarge = StreamAppend(StreamName(text: "decision/b"), expecting: .any, [NewEvent(metadata: metadata)])

        let error = #expect(throws: EventStoreError.self) {
            try store.append([StreamAppend("decision/a", "{}"), tooLarge])
        }
        guard case .entryTooLarge(type: "test.happened.v1", let sizeBytes) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(sizeBytes > 17_000)
        #expect(try store.read(from: 1, limit: 10) == [])
        #expect(try store.append([StreamAppend("decision/a", "{}")]).map(\.position) == [1])
    }

    @Test("whatever the store accepts makes an entry that a tile can hold", arguments: ["\u{1}", "\"", "a", "é"])
    func largestEntry(character: String) throws {
        let payload = "\"\(String(repeating: "d", count: CloudEvent.dataSizeBytesMax - 2))\""
        var accepted = 0
        for length in stride(from: 500, through: 8000, by: 500) {
            let name = String(repeating: character, count: length)
            let append = StreamAppend(
                StreamName(category: "decision", id: name), expecting: .any, [NewEvent(payload, actor: name)])
            guard let event = try? store.append([append]).first else { continue }
            accepted += 1
            #expect(CloudEvent.entry(of: event) { _ in [] }.count <= CloudEvent.entrySizeBytesMax)
        }
        #expect((1..<16).contains(accepted))
    }

    @Test("a payload far larger than an entry is kept as it is")
    func largePayload() throws {
        let payload = "\"\(String(repeating: "x", count: 1_000_000))\""
        _ = try store.append([StreamAppend("decision/a", payload)])
        #expect(try store.read(from: 1, limit: 1).first?.payload == payload)
    }
}
