/// A version 7 UUID (RFC 9562, section 5.7): a millisecond clock in front, so that ids sort by time.
package struct EventID: Sendable, Hashable {
    package let high: UInt64
    package let low: UInt64

    /// The id for an event at that moment: the part of the millisecond stands in `rand_a` (RFC 9562, section 6.2,
    /// method 3), 62 random bits follow.
    package init(at moment: Timestamp, random: UInt64) {
        let milliseconds = UInt64(moment.microseconds / 1000)
        let fraction = UInt64(moment.microseconds % 1000) * 4096 / 1000
        high = milliseconds << 16 | 0x7000 | fraction
        low = random >> 2 | 0x8000_0000_0000_0000
    }

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Nil unless there are 16 bytes.
    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 16 else { return nil }
        high = bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
        low = bytes.dropFirst(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    package var bytes: [UInt8] {
        [high, low].flatMap { half in (0..<8).map { UInt8(truncatingIfNeeded: half >> (56 - 8 * $0)) } }
    }

    /// The usual form, `019a5f3c-7f3a-7c1b-8d2e-3f4a5b6c7d8e`.
    package var text: String {
        var text: [UInt8] = []
        text.reserveCapacity(36)
        for (place, byte) in bytes.enumerated() {
            if place == 4 || place == 6 || place == 8 || place == 10 { text.append(UInt8(ascii: "-")) }
            text.append(Hex.digit(byte >> 4))
            text.append(Hex.digit(byte & 0xF))
        }
        return String(decoding: text, as: UTF8.self)
    }
}
