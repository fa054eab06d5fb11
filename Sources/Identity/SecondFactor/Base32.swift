/// The base32 of RFC 4648, section 6, without padding: what authenticator programs read.
package enum Base32 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)

    package static func text(_ bytes: [UInt8]) -> String {
        var digits: [UInt8] = []
        var (buffer, bitCount) = (0, 0)
        for byte in bytes {
            buffer = buffer << 8 | Int(byte)
            bitCount += 8
            while bitCount >= 5 {
                bitCount -= 5
                digits.append(alphabet[buffer >> bitCount & 31])
            }
            buffer &= (1 << bitCount) - 1
        }
        if bitCount > 0 { digits.append(alphabet[buffer << (5 - bitCount) & 31]) }
        return String(decoding: digits, as: UTF8.self)
    }

    /// Nil where the text has other characters.
    package static func bytes(_ text: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        var (buffer, bitCount) = (0, 0)
        for character in text.utf8 {
            guard let value = alphabet.firstIndex(of: character) else { return nil }
            buffer = buffer << 5 | value
            bitCount += 5
            if bitCount >= 8 {
                bitCount -= 8
                bytes.append(UInt8(buffer >> bitCount & 0xFF))
            }
            buffer &= (1 << bitCount) - 1
        }
        return bytes
    }
}
