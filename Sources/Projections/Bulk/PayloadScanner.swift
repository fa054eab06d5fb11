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
    static let numberSizeBytesMax = 300
    static let depthMax = 100
    /// Objects with more members are left to the parser.
    static let membersMax = 64

    var payload = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
    var count = 0
    var index = 0
    private(set) var hasFailed = true
    /// Hashes of the names in the objects that are being read.
    var names: [UInt64] = []

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

    mutating func fail() {
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

    mutating func skips(_ byte: UInt8) -> Bool {
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
    func plainEnd(from begin: Int) -> Int {
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
    mutating func escape() -> UInt8? {
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
}
