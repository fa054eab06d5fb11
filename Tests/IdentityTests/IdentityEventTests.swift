import EventLog
import Testing

@testable import Identity

@Suite("Events of identity in the log")
struct IdentityEventTests {
    @Test(
        "the payload is what existing logs have, byte for byte, and is read as the same event",
        arguments: RecordedPayloads.all)
    func golden(sample: RecordedPayloads.Sample) throws {
        #expect(sample.event.type == sample.type)
        #expect(String(decoding: sample.event.data, as: UTF8.self) == sample.payload)
        #expect(try IdentityEvent(sample.recorded()) == sample.event)
    }

    @Test("the stream and who caused it", arguments: RecordedPayloads.all)
    func place(sample: RecordedPayloads.Sample) {
        #expect(sample.event.stream.description == sample.stream)
        #expect(sample.event.actor == sample.actor)
    }

    @Test("the samples have every type")
    func completeness() {
        let types =
            UserEvent.RecordedType.allCases.map(\.rawValue) + LoginEvent.RecordedType.allCases.map(\.rawValue)
            + AccessEvent.RecordedType.allCases.map(\.rawValue)
        #expect(Set(RecordedPayloads.all.map(\.type)) == Set(types))
        #expect(Set(types).count == types.count)
    }

    @Test(
        "an event of another domain, or of a version that is not known yet, is none of these",
        arguments: ["decision.submitted.v1", "user.registered.v2", "user.registered", "", "USER.REGISTERED.V1"])
    func others(type: String) throws {
        #expect(try IdentityEvent(RecordedPayloads.recorded(type, "{}")) == nil)
    }

    @Test("an event of an older version is decoded as one of today")
    func upcast() throws {
        let chain: UpcasterChain = [
            Upcaster(from: "user.enabled.v1", to: "user.activated.v1") { payload, event in
                var payload = payload
                payload["changed_by"] = .string(event.actor)
                payload["changed_at"] = .string(event.recordedAt.rfc3339)
                return payload
            }
        ]
        let recorded = RecordedPayloads.recorded("user.enabled.v1", #"{"username":"eve"}"#)
        let change = UserChange(username: "eve", changedBy: recorded.actor, changedAt: recorded.recordedAt)
        #expect(try IdentityEvent(recorded, upcasters: chain) == .user(.activated(change)))
        #expect(try IdentityEvent(recorded) == nil)
    }
}
