import EventLog
import Testing
import VerdictTesting

@testable import Governance

@Suite("Events in the log: corrupt payloads")
struct CorruptPayloadTests {
    private func expectCorrupt(
        _ type: String, _ payload: String, _ reason: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(throws: EventStoreError.corrupt(position: 7, reason), sourceLocation: sourceLocation) {
            try GovernanceEvent(RecordedPayloads.recorded(type, payload))
        }
    }

    @Test("a payload that is no JSON, or no object, is corrupt", arguments: Set(RecordedPayloads.all.map(\.type)))
    func noObject(type: String) {
        expectCorrupt(type, "", "its payload is no JSON: Expecting value at byte 0")
        expectCorrupt(type, "{", "its payload is no JSON: Expecting property name enclosed in double quotes at byte 1")
        expectCorrupt(type, "[]", "its payload has no proper object")
    }

    @Test("a member that is missing is named", arguments: RecordedPayloads.all)
    func missingMember(sample: RecordedPayloads.Sample) throws {
        let object = try #require(try JSONParser.parse(sample.payload).objectValue)
        for member in object.members where !Self.isOptional(member.key, in: sample.type) {
            var shortened = object
            shortened[member.key] = Optional<JSON>.none
            expectCorrupt(sample.type, JSON.object(shortened).text, "its payload has no proper \(member.key)")
        }
    }

    @Test("a member of another kind is named, an optional one too", arguments: RecordedPayloads.all)
    func memberOfAnotherKind(sample: RecordedPayloads.Sample) throws {
        let object = try #require(try JSONParser.parse(sample.payload).objectValue)
        for member in object.members where member.key != "result" {
            var changed = object
            changed[member.key] = true
            expectCorrupt(sample.type, JSON.object(changed).text, "its payload has no proper \(member.key)")
        }
    }

    @Test(
        "a value that its type does not have is named",
        arguments: [
            ("risk_level", "HIGH"), ("automation_level", "half"), ("created_at", "2026-02-30T12:00:00Z"),
            ("sla_deadline", "tomorrow"), ("warn_at", ""), ("priority_score", "0.9"),
        ])
    func unknownValue(member: String, value: String) throws {
        let sample = try #require(RecordedPayloads.all.first)
        var object = try #require(try JSONParser.parse(sample.payload).objectValue)
        object[member] = .string(value)
        expectCorrupt(sample.type, JSON.object(object).text, "its payload has no proper \(member)")
    }

    @Test("each member of the context is needed")
    func context() throws {
        let sample = try #require(RecordedPayloads.all.first)
        let object = try #require(try JSONParser.parse(sample.payload).objectValue)
        let context = try #require(object["context"]?.objectValue)
        #expect(context.members.count == 7)
        for member in context.members {
            var shortened = context
            shortened[member.key] = Optional<JSON>.none
            var changed = object
            changed["context"] = .object(shortened)
            expectCorrupt(sample.type, JSON.object(changed).text, "its payload has no proper \(member.key)")
        }
    }

    @Test("an unknown channel, or one that is no word, is corrupt", arguments: ["[\"fax\"]", "[1]", "{}"])
    func channels(notify: String) {
        let payload =
            #"{"decision_id":"d1","type":"timeout","from_role":"a","to_role":"b","requested_target":null,"reason":"r","#
            + #""rule_id":null,"notify":"# + notify + "}"
        expectCorrupt("decision.escalated.v1", payload, "its payload has no proper notify")
    }

    /// Those whose absence means that there is none. An escalation without an operator is the clock's.
    private static func isOptional(_ member: String, in type: String) -> Bool {
        if type == "decision.escalated.v1", member == "operator_id" { return true }
        return ["sla_deadline", "warn_at", "reasoning", "requested_target", "rule_id", "ip_address", "user_agent"]
            .contains(member) && !(member == "sla_deadline" && type != "decision.submitted.v1")
    }
}
