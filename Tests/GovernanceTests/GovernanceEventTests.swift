import EventLog
import Testing
import VerdictTesting

@testable import Governance

/// Existing logs hold these payloads under these names for ever: a changed payload is a new version of its type.
@Suite("Events in the log: golden payloads")
struct GovernanceEventTests {
    @Test("an event is recorded under its name with its payload", arguments: RecordedPayloads.all)
    func written(sample: RecordedPayloads.Sample) {
        #expect(sample.event.type == sample.type)
        #expect(String(decoding: sample.event.data, as: UTF8.self) == sample.payload)
    }

    @Test("an event comes back from its payload", arguments: RecordedPayloads.all)
    func read(sample: RecordedPayloads.Sample) throws {
        #expect(try GovernanceEvent(sample.recorded()) == sample.event)
    }

    @Test("there is a golden payload for every type")
    func complete() {
        let types =
            DecisionEvent.RecordedType.allCases.map(\.rawValue) + SessionEvent.RecordedType.allCases.map(\.rawValue)
        #expect(Set(RecordedPayloads.all.map(\.type)) == Set(types))
    }

    @Test("an event belongs to the stream of its decision or session", arguments: RecordedPayloads.all)
    func stream(sample: RecordedPayloads.Sample) {
        let isSession = sample.type.hasPrefix("session.")
        #expect(sample.event.stream.text == (isSession ? "session/s1" : "decision/d1"))
    }

    @Test("numbers keep the digits that their author wrote")
    func verbatimNumbers() throws {
        let sample = try #require(RecordedPayloads.all.first)
        let payload = sample.payload.replacing(#""confidence":0.95"#, with: #""confidence":0.9500"#)
            .replacing(#""n":[1,null]"#, with: #""n":[1.50e+1,12345678901234567890123]"#)
        let event = try #require(try GovernanceEvent(RecordedPayloads.recorded(sample.type, payload)))
        #expect(String(decoding: event.data, as: UTF8.self) == payload)
    }

    @Test("members that are not known yet are passed over", arguments: RecordedPayloads.all)
    func unknownMembers(sample: RecordedPayloads.Sample) throws {
        let payload = #"{"added_later":[1],"# + sample.payload.dropFirst()
        #expect(try GovernanceEvent(RecordedPayloads.recorded(sample.type, payload)) == sample.event)
    }

    @Test(
        "an event of another domain or a later version is none of ours",
        arguments: ["user.created.v1", "decision.approved.v2", "decision.approved", "", "DECISION.APPROVED.V1"])
    func unknownType(type: String) throws {
        #expect(try GovernanceEvent(RecordedPayloads.recorded(type, "no JSON")) == nil)
    }

    @Test("what a caller may nest as deeply as a body allows can be read back from the log")
    func deepMetadata() throws {
        // A body is an object of 128 levels at most; the payload wraps its members in context.metadata.
        let text = String(repeating: "[", count: 127) + String(repeating: "]", count: 127)
        var submission = Sample.submission()
        submission.context.metadata["from_the_top_of_the_body"] = try JSONParser.parse(text)
        let event = try #require(GivenDecision().when(.submit(submission), at: .noon).submitted)
        let data = GovernanceEvent.decision(.submitted(event)).data
        let recorded = RecordedPayloads.recorded("decision.submitted.v1", String(decoding: data, as: UTF8.self))
        #expect(try GovernanceEvent(recorded) == .decision(.submitted(event)))
    }

    @Test("an event of an older version is decoded as one of today, and one that says nothing of its age as it stands")
    func upcast() throws {
        // As if the first decisions had been written before they were called so.
        let chain: UpcasterChain = [
            Upcaster(from: "decision.requested.v0", to: "decision.cancelled.v0") { payload, _ in payload },
            Upcaster(from: "decision.cancelled.v0", to: "decision.cancelled.v1") { payload, event in
                var payload = payload
                payload["reason"] = payload["why"] ?? .string("withdrawn by \(event.actor)")
                return payload
            },
        ]
        func read(_ type: String, _ payload: String) throws -> GovernanceEvent? {
            try GovernanceEvent(RecordedPayloads.recorded(type, payload), upcasters: chain)
        }
        let cancelled = GovernanceEvent.decision(.cancelled(decisionID: "d1", reason: "gone"))
        #expect(try read("decision.cancelled.v0", #"{"decision_id":"d1","why":"gone"}"#) == cancelled)
        #expect(try read("decision.requested.v0", #"{"decision_id":"d1","why":"gone"}"#) == cancelled)
        #expect(try read("decision.cancelled.v1", #"{"decision_id":"d1","reason":"gone"}"#) == cancelled)
        #expect(
            try read("decision.cancelled.v0", #"{"decision_id":"d1"}"#)
                == .decision(.cancelled(decisionID: "d1", reason: "withdrawn by agent:test")))
        #expect(throws: EventStoreError.corrupt(position: 7, "its payload has no proper decision_id")) {
            try read("decision.cancelled.v0", #"{"why":"gone"}"#)
        }
        #expect(throws: EventStoreError.corrupt(position: 7, "its payload has no proper object")) {
            try read("decision.cancelled.v0", "[]")
        }
    }

    @Test("every chain of upcasters ends in a type of today, and no type has two")
    func upcastersAreSound() {
        let today = Set(RecordedPayloads.all.map(\.type))
        let upcasters = GovernanceEvent.upcasters.upcasters
        #expect(Set(upcasters.map(\.from)).count == upcasters.count)
        #expect(today.isDisjoint(with: upcasters.map(\.from)))
        for upcaster in upcasters {
            #expect(today.contains(upcaster.to) || upcasters.contains { $0.from == upcaster.to }, "\(upcaster.to)")
        }
    }
}
