/// Writes compact JSON (no spaces, raw UTF-8) into bytes.
///
/// The bytes are its own, not an array's: an array asks before each of them whether it has another owner.
package struct JSONWriter: ~Copyable {
    private var start: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    private var count = 0
    /// Whether the next member or element is preceded by a comma.
    private var needsComma = false

    package init(reservingCapacity capacity: Int = 256) {
        self.capacity = max(capacity, 64)
        start = .allocate(capacity: self.capacity)
    }

    deinit { start.deallocate() }

    private var written: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: start, count: count) }

    package var bytes: [UInt8] { Array(written) }

    package var text: String { String(decoding: written, as: UTF8.self) }

    // MARK: Bytes

    private mutating func reserve(_ more: Int) {
        guard count + more > capacity else { return }
        let larger = max(2 * capacity, count + more)
        let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
        moved.initialize(from: start, count: count)
        start.deallocate()
        start = moved
        capacity = larger
    }

    private mutating func append(_ byte: UInt8) {
        reserve(1)
        start[count] = byte
        count += 1
    }

    private mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let from = bytes.baseAddress else { return }
        reserve(bytes.count)
        (start + count).initialize(from: from, count: bytes.count)
        count += bytes.count
    }

    private mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { append($0) }
    }

    // MARK: Structure

    package mutating func object(_ body: (inout JSONWriter) -> Void) {
        separate()
        append(UInt8(ascii: "{"))
        needsComma = false
        body(&self)
        append(UInt8(ascii: "}"))
        needsComma = true
    }

    package mutating func array(_ body: (inout JSONWriter) throws -> Void) rethrows {
        separate()
        append(UInt8(ascii: "["))
        needsComma = false
        try body(&self)
        append(UInt8(ascii: "]"))
        needsComma = true
    }

    /// Writes the name of the next member; its value must follow.
    ///
    /// - Precondition: nothing in it has to be escaped.
    package mutating func key(_ key: StaticString) {
        assert(key.withUTF8Buffer { Self.countWithoutEscape($0) == $0.count }, "\(key) has to be escaped")
        reserve(key.utf8CodeUnitCount + 4)
        separate()
        append(UInt8(ascii: "\""))
        key.withUTF8Buffer { append($0) }
        append(UInt8(ascii: "\""))
        append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// The same for a name that is not known beforehand.
    package mutating func key(named key: String) {
        separate()
        quoted(key)
        append(UInt8(ascii: ":"))
        needsComma = false
    }

    private mutating func separate() {
        if needsComma { append(UInt8(ascii: ",")) }
    }

    // MARK: Values

    package mutating func string(_ value: String) {
        separate()
        quoted(value)
        needsComma = true
    }

    package mutating func string(_ value: Timestamp) {
        reserve(Timestamp.rfc3339Length + 3)
        separate()
        append(UInt8(ascii: "\""))
        value.writeRFC3339(to: start + count)
        count += Timestamp.rfc3339Length
        append(UInt8(ascii: "\""))
        needsComma = true
    }

    package mutating func null() { raw("null") }

    package mutating func bool(_ value: Bool) { raw(value ? "true" : "false") }

    package mutating func int(_ value: Int) { raw(String(value)) }

    package mutating func double(_ value: Double) { raw(JSONNumber(value).text) }

    /// Writes a text that is one JSON value already.
    package mutating func raw(_ json: String) {
        separate()
        append(json)
        needsComma = true
    }

    /// Writes bytes that are one JSON value already.
    package mutating func raw(_ json: [UInt8]) {
        json.withUnsafeBufferPointer { raw($0) }
    }

    package mutating func raw(_ json: UnsafeBufferPointer<UInt8>) {
        separate()
        append(json)
        needsComma = true
    }

    package mutating func value(_ value: JSON) {
        switch value {
        case .null: null()
        case .bool(let value): bool(value)
        case .number(let value): raw(value.text)
        case .string(let value): string(value)
        case .array(let elements): array { for element in elements { $0.value(element) } }
        case .object(let object):
            self.object {
                for member in object.members {
                    $0.key(named: member.key)
                    $0.value(member.value)
                }
            }
        }
    }

    // MARK: Members

    package mutating func member(_ key: StaticString, _ value: String) {
        self.key(key)
        string(value)
    }

    package mutating func member(_ key: StaticString, _ value: String?) {
        self.key(key)
        if let value { string(value) } else { null() }
    }

    package mutating func memberIfPresent(_ key: StaticString, _ value: String?) {
        if let value { member(key, value) }
    }

    package mutating func member(_ key: StaticString, _ value: Int) {
        self.key(key)
        int(value)
    }

    package mutating func member(named key: String, _ value: Int) {
        self.key(named: key)
        int(value)
    }

    package mutating func member(_ key: StaticString, _ value: Bool) {
        self.key(key)
        bool(value)
    }

    package mutating func member(_ key: StaticString, _ value: Double) {
        self.key(key)
        double(value)
    }

    package mutating func member(_ key: StaticString, _ value: JSON) {
        self.key(key)
        self.value(value)
    }

    package mutating func member(_ key: StaticString, _ value: Timestamp) {
        self.key(key)
        string(value)
    }

    package mutating func member(_ key: StaticString, _ value: Timestamp?) {
        self.key(key)
        if let value { string(value) } else { null() }
    }

    /// Writes a member whose value is JSON text already.
    package mutating func member(_ key: StaticString, raw json: String) {
        self.key(key)
        raw(json)
    }

    package mutating func object(_ key: StaticString, _ body: (inout JSONWriter) -> Void) {
        self.key(key)
        object(body)
    }

    package mutating func object(named key: String, _ body: (inout JSONWriter) -> Void) {
        self.key(named: key)
        object(body)
    }

    package mutating func array(_ key: StaticString, _ body: (inout JSONWriter) -> Void) {
        self.key(key)
        array(body)
    }

    // MARK: Strings

    private mutating func quoted(_ value: String) {
        var value = value
        value.withUTF8 { utf8 in
            reserve(utf8.count + 2)
            append(UInt8(ascii: "\""))
            var rest = utf8
            while true {
                let clean = Self.countWithoutEscape(rest)
                append(UnsafeBufferPointer(rebasing: rest[..<clean]))
                guard clean < rest.count else { break }
                escaped(rest[clean])
                rest = UnsafeBufferPointer(rebasing: rest[(clean + 1)...])
            }
            append(UInt8(ascii: "\""))
        }
    }

    /// How many bytes come before the first one that has to be escaped: eight are looked at in one step, since most texts have
    /// none.
    private static func countWithoutEscape(_ utf8: UnsafeBufferPointer<UInt8>) -> Int {
        guard let start = utf8.baseAddress else { return 0 }
        let bytes = UnsafeRawPointer(start)
        var index = 0
        while index + 8 <= utf8.count, !mayHaveEscape(bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)) {
            index += 8
        }
        while index < utf8.count, !mustBeEscaped(start[index]) { index += 1 }
        return index
    }

    private static func mustBeEscaped(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    /// Whether one of eight bytes may have to be escaped; false is certain.
    ///
    /// To subtract from a byte that is smaller sets its highest bit. That is asked for a quote and a backslash, which are made
    /// zero before and have one subtracted, and for what is smaller than a space.
    private static func mayHaveEscape(_ eight: UInt64) -> Bool {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let quote = eight ^ (0x22 &* ones)
        let backslash = eight ^ (0x5C &* ones)
        let signs = (quote &- ones) & ~quote | (backslash &- ones) & ~backslash | (eight &- 0x20 &* ones) & ~eight
        return signs & (0x80 &* ones) != 0
    }

    private mutating func escaped(_ byte: UInt8) {
        append(UInt8(ascii: "\\"))
        switch byte {
        case 0x22, 0x5C: append(byte)
        case 0x08: append(UInt8(ascii: "b"))
        case 0x0C: append(UInt8(ascii: "f"))
        case 0x0A: append(UInt8(ascii: "n"))
        case 0x0D: append(UInt8(ascii: "r"))
        case 0x09: append(UInt8(ascii: "t"))
        default:
            append("u00")
            append(Hex.digit(byte >> 4))
            append(Hex.digit(byte & 0xF))
        }
    }
}
