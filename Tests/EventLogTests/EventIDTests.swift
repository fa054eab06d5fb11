import EventLog
import Testing

@Suite("Event ids")
struct EventIDTests {
    @Test("an id is a UUID of version 7 with the milliseconds in front (RFC 9562, section 5.7)")
    func golden() {
        let id = EventID(at: Timestamp(microseconds: 1_759_752_600_123_456), random: 0x0123_4567_89AB_CDEF)
        #expect(id.text == "0199b96d-ba3b-774b-8048-d159e26af37b")
        #expect(
            id.bytes == [
                0x01, 0x99, 0xB9, 0x6D, 0xBA, 0x3B, 0x77, 0x4B, 0x80, 0x48, 0xD1, 0x59, 0xE2, 0x6A, 0xF3, 0x7B,
            ])
    }

    @Test(
        "version and variant are right whatever the moment and the random bits are",
        arguments: [0, 1, 999, 1_759_752_600_999_999, 281_474_976_710_655_999] as [Int64], [0, 1, .max] as [UInt64])
    func versionAndVariant(microseconds: Int64, random: UInt64) {
        let bytes = EventID(at: Timestamp(microseconds: microseconds), random: random).bytes
        #expect(bytes[6] >> 4 == 7)
        #expect(bytes[8] >> 6 == 0b10)
        #expect(bytes.prefix(6).reduce(0) { $0 << 8 | Int64($1) } == microseconds / 1000)
    }

    @Test("ids sort by time to the microsecond, as bytes and as text")
    func sorted() {
        let start: Int64 = 1_759_752_600_123_000
        let ids = (0..<3000).map { step in
            EventID(at: Timestamp(microseconds: start + step), random: step % 2 == 0 ? .max : 0)
        }
        for (earlier, later) in zip(ids, ids.dropFirst()) {
            #expect(earlier.bytes.lexicographicallyPrecedes(later.bytes))
            #expect(earlier.text < later.text)
        }
    }

    @Test("62 random bits tell ids of one moment apart")
    func random() {
        let moment = Timestamp(microseconds: 1)
        let ids = Set((0..<64).map { EventID(at: moment, random: 1 << UInt64($0)) })
        #expect(ids.count == 63)
    }

    @Test("an id comes back from its 16 bytes, from no other number of bytes")
    func bytes() {
        let id = EventID(at: Timestamp(microseconds: 1_759_752_600_123_456), random: 0x0123_4567_89AB_CDEF)
        #expect(EventID(bytes: id.bytes) == id)
        #expect(EventID(bytes: id.bytes.dropLast()) == nil)
        #expect(EventID(bytes: id.bytes + [0]) == nil)
        #expect(EventID(bytes: []) == nil)
    }
}
