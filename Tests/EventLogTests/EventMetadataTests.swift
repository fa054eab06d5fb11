import Testing

@testable import EventLog

@Suite("Event metadata")
struct EventMetadataTests {
    private static var members: [(WritableKeyPath<EventMetadata, String?>, String)] {
        [
            (\.correlationID, "correlationid"), (\.causationID, "causationid"), (\.sessionID, "sessionid"),
            (\.idempotencyKey, "idempotencykey"), (\.requestHash, "requesthash"), (\.traceparent, "traceparent"),
            (\.sourceAddress, "sourceaddress"),
        ]
    }

    @Test("nothing known is an empty object")
    func empty() throws {
        #expect(EventMetadata().json == "{}")
        #expect(try EventMetadata(json: "{}") == EventMetadata())
    }

    @Test("each member has its name, and comes back")
    func oneMember() throws {
        for (path, name) in Self.members {
            var metadata = EventMetadata()
            metadata[keyPath: path] = "a\"\u{0}é"
            #expect(metadata.json == "{\"\(name)\":\"a\\\"\\u0000é\"}")
            #expect(try EventMetadata(json: metadata.json) == metadata)
        }
    }

    @Test("names follow CloudEvents' rule for attributes: lower-case letters and digits")
    func attributeNames() {
        for (_, name) in Self.members {
            #expect(name.utf8.allSatisfy { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) })
        }
    }

    @Test("members stand in a fixed order")
    func order() throws {
        var metadata = EventMetadata()
        for (path, name) in Self.members.reversed() { metadata[keyPath: path] = name }
        #expect(
            metadata.json == #"{"correlationid":"correlationid","causationid":"causationid","sessionid":"sessionid","#
                + #""idempotencykey":"idempotencykey","requesthash":"requesthash","traceparent":"traceparent","#
                + #""sourceaddress":"sourceaddress"}"#)
        #expect(try EventMetadata(json: metadata.json) == metadata)
    }

    @Test("unknown members are passed over, and what is no JSON is refused")
    func reading() throws {
        #expect(try EventMetadata(json: #"{"later":"v","sessionid":"s"}"#).sessionID == "s")
        #expect(throws: JSONError(reason: .expectedKey, offset: 1)) { try EventMetadata(json: "{") }
    }
}
