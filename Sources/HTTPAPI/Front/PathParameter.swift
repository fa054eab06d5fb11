import EventLog

/// A segment of a path, as its sender meant it.
enum PathParameter {
    /// - Returns: nil for what cannot be the name of anything: escapes that are none, bytes that are no UTF-8, control characters,
    ///   and a text that only looks like the one that something is called.
    static func decoded(_ segment: some StringProtocol) -> String? {
        guard let text = segment.percentDecoded, !Identifier.hasControlCharacters(text), Identifier.isNormal(text)
        else {
            return nil
        }
        return text
    }
}

extension StringProtocol {
    /// The text without its percent-encoding (RFC 3986), byte for byte: Foundation's own drops a byte order mark.
    ///
    /// - Returns: nil where an escape is cut short, or the bytes are no UTF-8.
    var percentDecoded: String? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(utf8.count)
        var rest = utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(Hex.value), let low = rest.popFirst().flatMap(Hex.value) else {
                return nil
            }
            bytes.append(high << 4 | low)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
