import EventLog
import Testing

@Suite("What a store says when it cannot")
struct EventStoreErrorTests {
    @Test(
        "an error says what was wrong in one sentence",
        arguments: [
            (
                .wrongExpectedVersion(stream: StreamName(text: "decision/a"), expected: .exact(2), current: 3),
                "the stream decision/a is at version 3, not exact(2)"
            ),
            (
                .entryTooLarge(type: "decision.approved.v1", sizeBytes: 70_000),
                "the entry of an event decision.approved.v1 would have 70000 bytes, more than a transparency log holds"
            ),
            (.unavailable("the disk is full"), "the disk is full"),
            (.corrupt(position: 7, "its id is not a UUID"), "the event at position 7 is damaged: its id is not a UUID"),
        ] as [(EventStoreError, String)])
    func description(error: EventStoreError, text: String) {
        #expect(error.description == text)
    }
}
