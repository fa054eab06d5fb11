import Crypto
import EventLog
import Testing

/// The bytes below are hashed into the leaves of transparency logs: a test that fails here means that the proofs of
/// existing logs no longer verify. Never adapt the expectation.
@Suite("The entry of an event: golden bytes")
struct CloudEventTests {
    private static func event(
        subject: String = "block-1", actor: String = "operator:alice@host", data: [UInt8],
        metadata: EventMetadata = EventMetadata()
    ) -> RecordedEvent {
        let moment = Timestamp(microseconds: 1_759_752_600_123_456)
        return RecordedEvent(
            position: 7, stream: StreamName(category: "decision", id: subject), version: 3,
            type: "decision.approved.v1", id: EventID(at: moment, random: 0x0123_4567_89AB_CDEF), recordedAt: moment,
            actor: actor, data: data, metadata: metadata.json)
    }

    private static func entry(of event: RecordedEvent) -> String {
        String(decoding: CloudEvent.entry(of: event) { Array(SHA256.hash(data: $0)) }, as: UTF8.self)
    }

    private static let head =
        #"{"specversion":"1.0","id":"0199b96d-ba3b-774b-8048-d159e26af37b","source":"/verdict","#
        + #""type":"decision.approved.v1","subject":"decision/block-1","time":"2025-10-06T12:10:00.123456Z","#
        + #""datacontenttype":"application/json","position":7,"streamversion":3,"actor":"operator:alice@host","#

    @Test("a small event")
    func small() {
        let data = #"{"decision_id":"block-1","confidence":8.50}"#
        #expect(
            Self.entry(of: Self.event(data: Array(data.utf8)))
                == Self.head + #""data":{"decision_id":"block-1","confidence":8.50}}"#)
    }

    @Test("an event with all metadata")
    func allMetadata() {
        var metadata = EventMetadata()
        metadata.correlationID = "request-1"
        metadata.causationID = "0199b96d-ba3b-774b-8048-d159e26af37a"
        metadata.sessionID = "session-1"
        metadata.idempotencyKey = "key \"1\""
        metadata.requestHash = "ab12"
        metadata.traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
        metadata.sourceAddress = "192.0.2.7"
        #expect(
            Self.entry(of: Self.event(data: Array("{}".utf8), metadata: metadata))
                == Self.head + #""correlationid":"request-1","causationid":"0199b96d-ba3b-774b-8048-d159e26af37a","#
                + #""sessionid":"session-1","idempotencykey":"key \"1\"","requesthash":"ab12","#
                + #""traceparent":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01","#
                + #""sourceaddress":"192.0.2.7","data":{}}"#)
    }

    @Test("a payload of 48 KiB stands in the entry, one byte more is represented by its SHA-256")
    func largePayload() {
        let largest = Array("\"\(String(repeating: "a", count: 48 * 1024 - 2))\"".utf8)
        #expect(largest.count == CloudEvent.dataSizeBytesMax)
        #expect(
            Self.entry(of: Self.event(data: largest))
                == Self.head + #""data":"# + String(decoding: largest, as: UTF8.self) + "}")

        let larger = Array("\"\(String(repeating: "a", count: 48 * 1024 - 1))\"".utf8)
        #expect(
            Self.entry(of: Self.event(data: larger)) == Self.head
                + #""datasha256":"a3de6eca653797cc468ef6d2de75f0913c7d97dc03d2369d49f887f69e6395d8"}"#)
    }

    @Test("the payload is copied byte for byte, spaces and order included")
    func verbatimPayload() {
        let data = "{ \"b\" : 1.50,\n\"a\":\"\\u0000\\/😀\" }"
        #expect(Self.entry(of: Self.event(data: Array(data.utf8))) == Self.head + "\"data\":" + data + "}")
    }

    @Test("names are escaped, so that an entry is JSON whatever they are")
    func oddNames() throws {
        let event = Self.event(subject: "a\"b\n\u{0}", actor: "agent:\\", data: Array("1".utf8))
        let entry = try JSONParser.parse(Self.entry(of: event))
        #expect(entry["subject"] == "decision/a\"b\n\u{0}")
        #expect(entry["actor"] == "agent:\\")
    }

    @Test("a payload that is represented by its hash is not hashed otherwise")
    func hashedOnlyWhenLarge() {
        _ = CloudEvent.entry(of: Self.event(data: Array("1".utf8))) { _ in
            Issue.record("a small payload was hashed")
            return []
        }
    }
}
