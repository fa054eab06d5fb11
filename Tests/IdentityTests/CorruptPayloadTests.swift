import EventLog
import Testing

@testable import Identity

@Suite("Events of identity in the log: corrupt payloads")
struct CorruptPayloadTests {
    private func expectCorrupt(
        _ type: String, _ payload: String, _ reason: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(throws: EventStoreError.corrupt(position: 7, reason), sourceLocation: sourceLocation) {
            try IdentityEvent(RecordedPayloads.recorded(type, payload))
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
        for member in object.members {
            var changed = object
            changed[member.key] = member.value.boolValue == nil ? true : "true"
            expectCorrupt(sample.type, JSON.object(changed).text, "its payload has no proper \(member.key)")
        }
    }

    static let values: [(type: String, member: String, value: JSON)] = [
        ("user.registered.v1", "role", "ADMIN"), ("user.registered.v1", "role", "root"),
        ("user.registered.v1", "created_at", "2026-02-30T12:00:00Z"), ("user.role_changed.v1", "role", ""),
        ("user.activated.v1", "changed_at", "noon"), ("user.code_used.v1", "step", 1.5),
        ("user.code_used.v1", "step", "1"), ("user.second_factor_set_up.v1", "backup_code_hashes", ["a", 1]),
        ("user.second_factor_set_up.v1", "backup_code_hashes", nil), ("login.opened.v1", "factor", "fingerprint"),
        ("login.closed.v1", "reason", "bored"), ("login.refreshed.v1", "generation", nil),
        ("access.login_failed.v1", "reason", "INACTIVE"), ("access.stream_closed.v1", "reason", "bored"),
    ]

    @Test("a value that its type does not have is named", arguments: values)
    func unknownValue(type: String, member: String, value: JSON) throws {
        let sample = try #require(RecordedPayloads.all.first { $0.type == type })
        var object = try #require(try JSONParser.parse(sample.payload).objectValue)
        object[member] = value
        expectCorrupt(type, JSON.object(object).text, "its payload has no proper \(member)")
    }

    /// Those whose absence means that there is none.
    private static func isOptional(_ member: String, in type: String) -> Bool {
        type == "user.registered.v1" && ["password_hash", "credential_hash"].contains(member)
    }
}
