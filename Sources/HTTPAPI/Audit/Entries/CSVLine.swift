/// A line of a file with comma-separated values (RFC 4180).
package struct CSVLine {
    private(set) var bytes: [UInt8] = []
    private var isFirst = true

    package init() {}

    /// A cell that a spreadsheet takes for text, whatever its first character: what begins like a formula gets an
    /// apostrophe before it.
    package mutating func text(_ text: String?) {
        separate()
        guard let text, let first = text.unicodeScalars.first else { return }
        let isFormula = "=+-@\t\r\n".unicodeScalars.contains(first)
        let cell = isFormula ? "'" + text : text
        guard cell.utf8.contains(where: { Self.special.contains($0) }) else {
            bytes += cell.utf8
            return
        }
        bytes.append(Self.quote)
        for byte in cell.utf8 {
            if byte == Self.quote { bytes.append(Self.quote) }
            bytes.append(byte)
        }
        bytes.append(Self.quote)
    }

    /// A number; nothing for nil.
    package mutating func number(_ text: (some CustomStringConvertible)?) {
        separate()
        if let text { bytes += text.description.utf8 }
    }

    /// The line with its end.
    package func finished() -> [UInt8] { bytes + [UInt8(ascii: "\r"), UInt8(ascii: "\n")] }

    private static let quote = UInt8(ascii: "\"")
    private static let special = Array(",\"\r\n".utf8)

    private mutating func separate() {
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        isFirst = false
    }
}
