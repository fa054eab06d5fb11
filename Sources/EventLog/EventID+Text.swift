extension EventID {
    /// Nil unless that is the usual form of a UUID: 32 hexadecimal digits with dashes behind the 8th, 12th, 16th and 20th.
    package init?(text: String) {
        var bytes: [UInt8] = []
        var digits = 0
        var half: UInt8 = 0
        for character in text.utf8 {
            let mayBeDash = digits == 8 || digits == 12 || digits == 16 || digits == 20
            if character == UInt8(ascii: "-"), mayBeDash, bytes.count * 2 == digits { continue }
            guard let digit = Hex.value(of: character) else { return nil }
            digits += 1
            if digits % 2 == 0 { bytes.append(half << 4 | digit) } else { half = digit }
        }
        guard digits == 32, text.utf8.count == 36 else { return nil }
        self.init(bytes: bytes)
    }

    /// Whether it says of itself that it is of version 7, which carries a time (RFC 9562, section 5.7).
    package var isVersion7: Bool {
        high >> 12 & 0xF == 7 && low >> 62 == 2
    }
}
