import Foundation

/// Reads payloads in the one form in which our own writers write them: the members in their order, no spaces, the
/// shortest escapes, no name twice. It is why a build of the views is fast: a JSON parser makes a tree of some sixty
/// objects of a submission, and this makes none.
///
/// It never guesses. What is written in any other way, right or wrong, makes it fail, and is read by the JSON parser.
///
/// After a failure it stands at the end, so that whatever is asked for then fails too.
struct PayloadScanner {
    /// A text of that many digits, without an exponent, is within the range of a double.
    private static let numberSizeBytesMax = 300
    private static let depthMax = 100
    /// Objects with more members are left to the parser.
    private static let membersMax = 64

    private var payload = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
    private var count = 0
    private var index = 0
    private(set) var hasFailed = true
    /// Hashes of the names in the objects that are being read.
    private var names: [UInt64] = []

    /// Stands at the beginning of that payload, whose bytes must stay until the next one.
    mutating func begin(_ payload: UnsafeBufferPointer<UInt8>) {
        self.payload = payload
        count = payload.count
        index = 0
        names.removeAll(keepingCapacity: true)
        hasFailed = false
        if !isUTF8 { fail() }
    }

    private var isUTF8: Bool {
        guard let start = UnsafeRawPointer(payload.baseAddress) else { return true }
        var offset = 0
        var seen: UInt64 = 0
        while offset + 8 <= count {
            seen |= start.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            offset += 8
        }
        while offset < count {
            seen |= UInt64(payload[offset])
            offset += 1
        }
        return seen & 0x8080_8080_8080_8080 == 0 || String(validating: payload, as: UTF8.self) != nil
    }

    /// Whether everything was read, and nothing failed.
    var isAtEnd: Bool { !hasFailed && index == count }

    /// How many bytes were read.
    var place: Int { index }

    private mutating func fail() {
        hasFailed = true
        index = count
    }

    func bytes(_ slice: Slice) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(rebasing: payload[Int(slice.start)..<Int(slice.start) + Int(slice.count)])
    }

    // MARK: Known text

    /// Reads that very text.
    mutating func expect(_ text: StaticString) {
        if !skips(text) { fail() }
    }

    /// Reads that very text if it comes now.
    mutating func skips(_ text: StaticString) -> Bool {
        let size = text.utf8CodeUnitCount
        guard count - index >= size, let start = payload.baseAddress, memcmp(start + index, text.utf8Start, size) == 0
        else {
            return false
        }
        index += size
        return true
    }

    private mutating func skips(_ byte: UInt8) -> Bool {
        guard index < count, payload[index] == byte else { return false }
        index += 1
        return true
    }

    // MARK: Strings

    /// A string in quotes. Where it has escapes its text is appended to the bytes, which begin with this payload at
    /// `base`.
    mutating func string(_ base: Int, _ bytes: inout [UInt8]) -> Slice {
        guard skips(UInt8(ascii: "\"")) else {
            fail()
            return Slice(0, 0)
        }
        let begin = index
        index = plainEnd(from: index)
        if skips(UInt8(ascii: "\"")) { return Slice(begin, index - 1 - begin) }
        let place = bytes.count
        bytes.append(contentsOf: payload[begin..<index])
        while !hasFailed {
            if skips(UInt8(ascii: "\"")) { break }
            guard let byte = escape() else {
                fail()
                break
            }
            bytes.append(byte)
            let next = plainEnd(from: index)
            bytes.append(contentsOf: payload[index..<next])
            index = next
        }
        return Slice(place - base, bytes.count - place)
    }

    /// A string without NUL: our columns hold some texts only up to their first one.
    mutating func plainString(_ base: Int, _ bytes: inout [UInt8]) -> Slice {
        let before = bytes.count
        let slice = string(base, &bytes)
        // Without escapes there is none.
        if bytes.count > before, bytes[before...].contains(0) { fail() }
        return slice
    }

    mutating func optionalString(_ base: Int, _ bytes: inout [UInt8]) -> Slice? {
        skips("null") ? nil : string(base, &bytes)
    }

    mutating func optionalPlainString(_ base: Int, _ bytes: inout [UInt8]) -> Slice? {
        skips("null") ? nil : plainString(base, &bytes)
    }

    /// One of these words.
    mutating func word<Word>(_ words: WordTable<Word>) -> (word: Word, name: Slice)? {
        guard skips(UInt8(ascii: "\"")) else {
            fail()
            return nil
        }
        let begin = index
        index = plainEnd(from: index)
        let name = Slice(begin, index - begin)
        guard skips(UInt8(ascii: "\"")), let word = words.find(bytes(name)) else {
            fail()
            return nil
        }
        return (word, name)
    }

    /// The next quote, backslash or control character: eight bytes at a time, by the arithmetic that finds a zero byte in
    /// a word.
    private func plainEnd(from begin: Int) -> Int {
        guard let raw = UnsafeRawPointer(payload.baseAddress) else { return begin }
        var offset = begin
        while offset + 8 <= count {
            let word = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            let quote = word ^ 0x2222_2222_2222_2222
            let backslash = word ^ 0x5C5C_5C5C_5C5C_5C5C
            let ones: UInt64 = 0x0101_0101_0101_0101
            let hits =
                ((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash)
                | ((word &- 0x2020_2020_2020_2020) & ~word)
            let marks = hits & 0x8080_8080_8080_8080
            if marks != 0 { return offset + marks.trailingZeroBitCount >> 3 }
            offset += 8
        }
        while offset < count {
            let byte = payload[offset]
            if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return offset }
            offset += 1
        }
        return offset
    }

    /// The byte that an escape stands for; nil for one that our writer would not write.
    private mutating func escape() -> UInt8? {
        guard skips(UInt8(ascii: "\\")), index < count else { return nil }
        index += 1
        switch payload[index - 1] {
        case UInt8(ascii: "\""): return 0x22
        case UInt8(ascii: "\\"): return 0x5C
        case UInt8(ascii: "b"): return 0x08
        case UInt8(ascii: "f"): return 0x0C
        case UInt8(ascii: "n"): return 0x0A
        case UInt8(ascii: "r"): return 0x0D
        case UInt8(ascii: "t"): return 0x09
        case UInt8(ascii: "u"):
            guard skips("00"), count - index >= 2, let high = Self.digit(payload[index]), high < 2,
                let low = Self.digit(payload[index + 1])
            else { return nil }
            index += 2
            let byte = high << 4 | low
            // These have a shorter one.
            return [0x08, 0x09, 0x0A, 0x0C, 0x0D].contains(byte) ? nil : byte
        default: return nil
        }
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        default: nil
        }
    }

    // MARK: Numbers and times

    mutating func number() -> Slice {
        let begin = index
        _ = skips(UInt8(ascii: "-"))
        if !skips(UInt8(ascii: "0")) { digits() }
        if skips(UInt8(ascii: ".")) { digits() }
        let size = index - begin
        if size > Self.numberSizeBytesMax || index < count && payload[index] | 0x20 == UInt8(ascii: "e") { fail() }
        return Slice(begin, size)
    }

    private mutating func digits() {
        let begin = index
        while index < count, payload[index] &- UInt8(ascii: "0") < 10 { index += 1 }
        if index == begin { fail() }
    }

    mutating func double() -> Double {
        let text = bytes(number())
        return hasFailed ? 0 : Self.double(text)
    }

    /// Up to 15 digits and 22 decimals are one exact division of two exact numbers; the library does the rest.
    private static func double(_ text: UnsafeBufferPointer<UInt8>) -> Double {
        var digits: Int64 = 0
        var decimals = -1
        for byte in text where byte != UInt8(ascii: "-") {
            if decimals >= 0 { decimals += 1 }
            if byte == UInt8(ascii: ".") {
                decimals = 0
            } else {
                guard digits < 100_000_000_000_000 else { return Double(String(decoding: text, as: UTF8.self)) ?? 0 }
                digits = digits * 10 + Int64(byte - UInt8(ascii: "0"))
            }
        }
        guard decimals < powersOfTen.count else { return Double(String(decoding: text, as: UTF8.self)) ?? 0 }
        let value = Double(digits) / powersOfTen[max(0, decimals)]
        return text.first == UInt8(ascii: "-") ? -value : value
    }

    private static let powersOfTen: [Double] = [
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20,
        1e21, 1e22,
    ]

    /// Microseconds since 1970: `"2025-10-06T12:10:00.123456Z"`, as we write every time.
    mutating func time(_ days: inout DayCache) -> Int64 {
        guard count - index >= 29, payload[index] == UInt8(ascii: "\""), payload[index + 11] == UInt8(ascii: "T"),
            payload[index + 14] == UInt8(ascii: ":"), payload[index + 17] == UInt8(ascii: ":"),
            payload[index + 20] == UInt8(ascii: "."), payload[index + 27] == UInt8(ascii: "Z"),
            payload[index + 28] == UInt8(ascii: "\""), let day = days.microseconds(of: bytes(Slice(index + 1, 10)))
        else {
            fail()
            return 0
        }
        var isNumeric = true
        func number(_ offset: Int, _ length: Int) -> Int64 {
            var value: Int64 = 0
            for place in index + offset..<index + offset + length {
                let digit = payload[place] &- UInt8(ascii: "0")
                if digit > 9 { isNumeric = false }
                value = value * 10 + Int64(digit)
            }
            return value
        }
        let (hour, minute, second, fraction) = (number(12, 2), number(15, 2), number(18, 2), number(21, 6))
        guard isNumeric, hour < 24, minute < 60, second < 60 else {
            fail()
            return 0
        }
        index += 29
        return day + ((hour * 60 + minute) * 60 + second) * 1_000_000 + fraction
    }

    mutating func optionalTime(_ days: inout DayCache) -> Int64? {
        skips("null") ? nil : time(&days)
    }

    // MARK: Values that are kept as they are

    /// Any value.
    mutating func value() -> Slice {
        let begin = index
        skipValue(depth: 0)
        return Slice(begin, index - begin)
    }

    mutating func object() -> Slice { container(UInt8(ascii: "{")) }

    mutating func array() -> Slice { container(UInt8(ascii: "[")) }

    /// An array of strings.
    mutating func strings() -> Slice {
        let begin = index
        guard skips(UInt8(ascii: "[")) else {
            fail()
            return Slice(0, 0)
        }
        if !skips(UInt8(ascii: "]")) {
            repeat { skipString() } while skips(UInt8(ascii: ","))
            if !skips(UInt8(ascii: "]")) { fail() }
        }
        return Slice(begin, index - begin)
    }

    private mutating func container(_ opening: UInt8) -> Slice {
        guard index < count, payload[index] == opening else {
            fail()
            return Slice(0, 0)
        }
        return value()
    }

    /// An object, with the values of two of its members: what a decision is aimed at, and what is recommended.
    mutating func actionParams() -> (all: Slice, target: Slice?, action: Slice?) {
        let begin = index
        var (target, action): (Slice?, Slice?) = (nil, nil)
        skipObject(depth: 0) { scanner, name in
            let place = scanner.index
            scanner.skipValue(depth: 1)
            switch name.count {
            case 6 where scanner.bytes(name).elementsEqual("target".utf8):
                target = Slice(place, scanner.index - place)
            case 6 where scanner.bytes(name).elementsEqual("action".utf8):
                action = Slice(place, scanner.index - place)
            default: break
            }
        }
        return (Slice(begin, index - begin), target, action)
    }

    /// A member's value as text: a string without its quotes and escapes, anything else as it is written, nil for null.
    mutating func plainText(of value: Slice?, _ base: Int, _ bytes: inout [UInt8]) -> Slice? {
        guard let value, !hasFailed else { return nil }
        let end = index
        index = Int(value.start)
        defer { if !hasFailed { index = end } }
        if skips("null") { return nil }
        return payload[index] == UInt8(ascii: "\"") ? string(base, &bytes) : value
    }

    private mutating func skipValue(depth: Int) {
        guard index < count, depth < Self.depthMax else { return fail() }
        switch payload[index] {
        case UInt8(ascii: "\""): skipString()
        case UInt8(ascii: "{"): skipObject(depth: depth) { $0.skipValue(depth: depth + 1) }
        case UInt8(ascii: "["):
            index += 1
            if skips(UInt8(ascii: "]")) { return }
            repeat { skipValue(depth: depth + 1) } while skips(UInt8(ascii: ","))
            if !skips(UInt8(ascii: "]")) { fail() }
        case UInt8(ascii: "t"): expect("true")
        case UInt8(ascii: "f"): expect("false")
        case UInt8(ascii: "n"): expect("null")
        default: _ = number()
        }
    }

    private mutating func skipObject(depth: Int, _ member: (inout PayloadScanner, Slice) -> Void) {
        guard skips(UInt8(ascii: "{")) else { return fail() }
        if skips(UInt8(ascii: "}")) { return }
        let first = names.count
        repeat {
            let begin = index + 1
            let end = begin <= count ? plainEnd(from: begin) : count
            guard skips(UInt8(ascii: "\"")), end < count, payload[end] == UInt8(ascii: "\"") else { return fail() }
            index = end + 1
            let name = Slice(begin, end - begin)
            let hash = ByteHash.of(bytes(name))
            guard skips(UInt8(ascii: ":")), names.count - first < Self.membersMax, !names[first...].contains(hash)
            else {
                return fail()
            }
            names.append(hash)
            member(&self, name)
        } while skips(UInt8(ascii: ","))
        names.removeLast(names.count - first)
        if !skips(UInt8(ascii: "}")) { fail() }
    }

    private mutating func skipObject(depth: Int, _ value: (inout PayloadScanner) -> Void) {
        skipObject(depth: depth) { scanner, _ in value(&scanner) }
    }

    private mutating func skipString() {
        guard skips(UInt8(ascii: "\"")) else { return fail() }
        while true {
            index = plainEnd(from: index)
            if skips(UInt8(ascii: "\"")) { return }
            guard escape() != nil else { return fail() }
        }
    }
}
