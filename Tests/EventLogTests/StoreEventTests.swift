import EventLog
import Testing
import VerdictTesting

/// Existing logs hold these payloads under these names for ever: a changed payload is a new version of its type.
@Suite("Events about the log itself")
struct StoreEventTests {
    private static let noon = ManualTime().now()
    private static let fromBackup = StoreEvent.restored(
        LogRestored(position: 7, backupMadeAt: noon, restoredAt: noon + .hours(1)))
    private static let fromReplica = StoreEvent.restored(
        LogRestored(position: 0, backupMadeAt: nil, restoredAt: noon + .hours(1)))
    private static let samples: [(StoreEvent, String)] = [
        (
            fromBackup,
            #"{"position":7,"backup_made_at":"2026-01-15T12:00:00.000000Z","restored_at":"2026-01-15T13:00:00.000000Z"}"#
        ),
        (fromReplica, #"{"position":0,"backup_made_at":null,"restored_at":"2026-01-15T13:00:00.000000Z"}"#),
    ]

    private static func recorded(_ type: String, _ payload: String) -> RecordedEvent {
        RecordedEvent(
            position: 8, stream: StoreEvent.restoreStream, version: 1, type: type, id: EventID(at: noon, random: 0),
            recordedAt: noon, actor: "system:restore", data: Array(payload.utf8), metadata: "{}")
    }

    @Test("a restoration is recorded under its name with its payload, and comes back from it", arguments: samples)
    func golden(event: StoreEvent, payload: String) throws {
        #expect(event.type == "log.restored.v1")
        #expect(event.stream.text == "log/restore")
        #expect(event.actor == "system:restore")
        #expect(String(decoding: event.data, as: UTF8.self) == payload)
        #expect(try StoreEvent(Self.recorded(event.type, payload)) == event)
    }

    @Test("that an event was set aside is recorded by whoever has said so, and comes back from its payload")
    func letterSkipped() throws {
        let event = StoreEvent.letterSkipped(
            LetterSkipped(
                position: 7, projections: ["decisions", "operators"], reason: "a \"test\"", skippedBy: "user:ada"))
        let payload =
            #"{"position":7,"projections":["decisions","operators"],"reason":"a \"test\"","skipped_by":"user:ada"}"#
        #expect(event.type == "projection.letter-skipped.v1")
        #expect(event.stream.text == "log/projections")
        #expect(event.actor == "user:ada")
        #expect(String(decoding: event.data, as: UTF8.self) == payload)
        #expect(try StoreEvent(Self.recorded(event.type, payload)) == event)
    }

    @Test(
        "an event of another domain or a later version is none of these",
        arguments: ["log.restored.v2", "user.left.v1"])
    func others(type: String) throws {
        #expect(try StoreEvent(Self.recorded(type, "no JSON")) == nil)
    }

    @Test("a member that is missing or of another kind is named")
    func corrupt() {
        for (payload, member) in [
            ("[]", "object"), (#"{"position":"7"}"#, "position"),
            (#"{"position":7,"backup_made_at":1}"#, "backup_made_at"), (#"{"position":7}"#, "restored_at"),
        ] {
            #expect(throws: EventStoreError.corrupt(position: 8, "its payload has no proper \(member)")) {
                try StoreEvent(Self.recorded("log.restored.v1", payload))
            }
        }
    }
}
