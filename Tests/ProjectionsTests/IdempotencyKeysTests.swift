import EventLog
import Governance
import Projections
import Testing

@Suite struct IdempotencyKeysTests {
    private func metadata(_ key: String?, hash: String?) -> EventMetadata {
        var metadata = EventMetadata()
        metadata.idempotencyKey = key
        metadata.requestHash = hash
        return metadata
    }

    @Test("a key leads to the events of its first use, from the first to the last")
    func positions() throws {
        let fixture = try ViewsFixture()
        try fixture.open()
        try fixture.submit("a", metadata: metadata("key-1", hash: "hash-1"))
        try fixture.submit("b")
        try fixture.decide(.cancel(reason: "gone"), on: "a", metadata: metadata("key-1", hash: "hash-1"))
        try fixture.commit()
        let row = try #require(try fixture.views.readNow { try $0.idempotencyKey("key-1") })
        #expect(row.requestHash == "hash-1")
        #expect(row.positions == 2...4)
        #expect(try fixture.views.readNow { try $0.idempotencyKey("key-2") } == nil)
    }

    @Test("a key without the hash of its request is no key")
    func withoutHash() throws {
        let fixture = try ViewsFixture()
        try fixture.submit("a", metadata: metadata("key-1", hash: nil))
        try fixture.commit()
        #expect(try fixture.views.readNow { try $0.idempotencyKey("key-1") } == nil)
        #expect(try fixture.views.readNow { try $0.deadLetterCount() } == 0)
    }

    @Test("metadata that speaks of a key and has none does no harm")
    func wordElsewhere() throws {
        let fixture = try ViewsFixture()
        var metadata = EventMetadata()
        metadata.correlationID = #""idempotencykey""#
        try fixture.submit("a", metadata: metadata)
        try fixture.commit()
        #expect(try fixture.views.readNow { try $0.deadLetterCount() } == 0)
    }
}
