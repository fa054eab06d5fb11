/// A version 7 UUID (RFC 9562, section 5.7): a millisecond clock in front, so that ids sort by time.
package struct EventID: Sendable, Hashable {
    package let high: UInt64
    package let low: UInt64

    /// The id for an event at that moment: the part of the millisecond stands in `rand_a` (RFC 9562, section 6.2,
    /// method 3), 62 random bits follow.
    package init(at moment: Timestamp, random: UInt64) {
        // There is none before 1970.
        let (milliseconds, rest) = UInt64(max(0, moment.microseconds)).quotientAndRemainder(dividingBy: 1000)
        let fraction = rest * 4096 / 1000
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
        [UInt8](unsafeUninitializedCapacity: 16) { bytes, count in
            count = 16
            for place in 0..<16 { bytes[place] = byte(place) }
        }
    }

    private func byte(_ place: Int) -> UInt8 {
        UInt8(truncatingIfNeeded: (place < 8 ? high : low) >> (56 - 8 * (place % 8)))
    }

    /// The usual form, `019a5f3c-7f3a-7c1b-8d2e-3f4a5b6c7d8e`.
    package var text: String {
        String(unsafeUninitializedCapacity: 36) { text in
            var end = 0
            for place in 0..<16 {
                if place == 4 || place == 6 || place == 8 || place == 10 {
                    text[end] = UInt8(ascii: "-")
                    end += 1
                }
                text[end] = Hex.digit(byte(place) >> 4)
                text[end + 1] = Hex.digit(byte(place) & 0xF)
                end += 2
            }
            return end
        }
    }
}
