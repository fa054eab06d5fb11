import EventLog
import SQLiteEventStore
import Testing
import VerdictTesting

@Suite("Expected versions of an append")
struct ExpectedVersionConflictTests {
    private let fixture: StoreFixture

    init() throws {
        fixture = try StoreFixture()
        _ = try fixture.store.append([StreamAppend(Self.oneEvent, "first")])
    }

    static let oneEvent = "decision/one-event"
    static let noEvents = "decision/no-events"

    @Test(
        "an expectation that is met lets the batch through",
        arguments: [
            (.any, noEvents), (.any, oneEvent), (.mustBeNew, noEvents), (.mustExist, oneEvent), (.exact(0), noEvents),
            (.exact(1), oneEvent),
        ] as [(ExpectedVersion, String)])
    func met(expected: ExpectedVersion, stream: String) throws {
        let appended = try fixture.store.append([StreamAppend(stream, expecting: expected, "second")])
        #expect(appended.map(\.position) == [2])
        #expect(appended.map(\.version) == [stream == Self.oneEvent ? 2 : 1])
    }

    @Test(
        "an expectation that is not met is refused with what is there, and nothing of the batch is written",
        arguments: [
            (.mustBeNew, oneEvent, 1), (.mustExist, noEvents, 0), (.exact(0), oneEvent, 1), (.exact(2), oneEvent, 1),
            (.exact(1), noEvents, 0), (.exact(7), oneEvent, 1),
        ] as [(ExpectedVersion, String, Int)])
    func unmet(expected: ExpectedVersion, stream: String, current: Int) throws {
        let before = try fixture.store.read(from: 1, limit: 10)
        let conflict = EventStoreError.wrongExpectedVersion(
            stream: StreamName(text: stream), expected: expected, current: current)

        #expect(throws: conflict) {
            try fixture.store.append([
                StreamAppend("decision/before", "x"), StreamAppend(stream, expecting: expected, "y"),
                StreamAppend("decision/after", "z"),
            ])
        }

        #expect(try fixture.store.read(from: 1, limit: 10) == before)
        #expect(fixture.store.lastPosition == 1)
        #expect(try fixture.store.append([StreamAppend("decision/before", "x")]).map(\.position) == [2])
    }

    @Test("what the batch itself wrote before counts")
    func withinTheBatch() throws {
        #expect(
            throws: EventStoreError.wrongExpectedVersion(
                stream: StreamName(text: Self.noEvents), expected: .mustBeNew, current: 1)
        ) {
            try fixture.store.append([
                StreamAppend(Self.noEvents, expecting: .mustBeNew, "x"),
                StreamAppend(Self.noEvents, expecting: .mustBeNew, "y"),
            ])
        }
        #expect(fixture.store.lastPosition == 1)
    }
}
