import EventLog

/// Walks through the bytes of one JSON object, member by member, and says where each stands.
struct EntryScanner {
    private let bytes: [UInt8]
    private(set) var index = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { index == bytes.count }

    var current: UInt8? { index < bytes.count ? bytes[index] : nil }

    /// Passes over exactly that text.
    mutating func expect(_ text: StaticString) throws(EntryError) {
        let size = text.utf8CodeUnitCount
        guard bytes.count - index >= size, (0..<size).allSatisfy({ bytes[index + $0] == text.utf8Start[$0] }) else {
            throw EntryError("\(text) should stand at byte \(index)")
        }
        index += size
    }

    /// Passes over a string and returns what it says.
    mutating func string() throws(EntryError) -> String {
        let start = index
        try passString()
        let value: JSON
        do throws(JSONError) {
            value = try JSONParser.parse(bytes[start..<index])
        } catch {
            throw EntryError("no proper string at byte \(start): \(error)")
        }
        guard let text = value.stringValue else { throw EntryError("a string should stand at byte \(start)") }
        return text
    }

    mutating func integer() throws(EntryError) -> Int {
        let start = index
        while let byte = current, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { index += 1 }
        guard let value = Int(String(decoding: bytes[start..<index], as: UTF8.self)) else {
            throw EntryError("a number should stand at byte \(start)")
        }
        return value
    }

    /// Passes over one value of any kind and returns where it stands. Whether it is proper JSON is not judged: strings and
    /// brackets alone say where it ends.
    mutating func value() throws(EntryError) -> Range<Int> {
        let start = index
        var depth = 0
        while let byte = current {
            switch byte {
            case UInt8(ascii: "\""):
                try passString()
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if depth == 0 { return try notEmpty(start..<index) }
                depth -= 1
            case UInt8(ascii: ","):
                if depth == 0 { return try notEmpty(start..<index) }
            default:
                break
            }
            index += 1
        }
        throw EntryError("the value at byte \(start) does not end")
    }

    private func notEmpty(_ range: Range<Int>) throws(EntryError) -> Range<Int> {
        guard !range.isEmpty else { throw EntryError("a value should stand at byte \(range.lowerBound)") }
        return range
    }

    private mutating func passString() throws(EntryError) {
        let start = index
        guard current == UInt8(ascii: "\"") else { throw EntryError("a string should stand at byte \(start)") }
        index += 1
        while let byte = current {
            index += byte == UInt8(ascii: "\\") ? 2 : 1
            if byte == UInt8(ascii: "\"") { return }
        }
        throw EntryError("the string at byte \(start) does not end")
    }
}
