/// A strict RFC 8259 parser over UTF-8 bytes.
///
/// Of members with one name the last counts, as in most implementations. Nesting is limited, so that a hostile text
/// cannot exhaust the stack.
package struct JSONParser {
    package static let depthMax = 128
    /// Room for so many members of an object from the beginning: to find more is to move those that are there.
    private static let usualMembers = 8
    /// A number of so many characters is within the range of a double whatever they are (`9e99`).
    private static let surelyInRange = 4

    private let bytes: UnsafeBufferPointer<UInt8>
    private let depthMax: Int
    private var index = 0
    private var depth = 0

    /// Parses a whole text: one value with white space around it.
    ///
    /// - Parameter depthMax: how many arrays and objects may stand in each other.
    package static func parse(
        _ bytes: some Collection<UInt8>, depthMax: Int = JSONParser.depthMax
    ) throws(JSONError) -> JSON {
        let parsed: Result<JSON, JSONError>?? = bytes.withContiguousStorageIfAvailable { buffer in
            JSONParser.run(buffer, depthMax)
        }
        if let parsed, let result = parsed { return try result.get() }
        return try Array(bytes).withUnsafeBufferPointer { JSONParser.run($0, depthMax) }.get()
    }

    package static func parse(_ text: String) throws(JSONError) -> JSON {
        try parse(Array(text.utf8))
    }

    private static func run(_ buffer: UnsafeBufferPointer<UInt8>, _ depthMax: Int) -> Result<JSON, JSONError> {
        var parser = JSONParser(bytes: buffer, depthMax: depthMax)
        do throws(JSONError) {
            let value = try parser.value()
            parser.skipSpace()
            guard parser.index == buffer.count else { throw parser.error(.extraData) }
            return .success(value)
        } catch {
            return .failure(error)
        }
    }

    private init(bytes: UnsafeBufferPointer<UInt8>, depthMax: Int) {
        self.bytes = bytes
        self.depthMax = depthMax
    }

    private func error(_ reason: JSONError.Reason) -> JSONError {
        JSONError(reason: reason, offset: index)
    }

    private var current: UInt8? {
        index < bytes.count ? bytes[index] : nil
    }

    private mutating func skipSpace() {
        while index < bytes.count {
            switch bytes[index] {
            case 0x20, 0x09, 0x0A, 0x0D: index += 1
            default: return
            }
        }
    }

    private mutating func value() throws(JSONError) -> JSON {
        skipSpace()
        switch current {
        case UInt8(ascii: "{"): return .object(try object())
        case UInt8(ascii: "["): return .array(try array())
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        case .some(UInt8(ascii: "-")), .some(UInt8(ascii: "0")...UInt8(ascii: "9")): return .number(try number())
        default: throw error(.expectedValue)
        }
    }

    private mutating func literal(_ word: StaticString, _ value: JSON) throws(JSONError) -> JSON {
        guard bytes.count - index >= word.utf8CodeUnitCount else { throw error(.expectedValue) }
        for offset in 0..<word.utf8CodeUnitCount where bytes[index + offset] != word.utf8Start[offset] {
            throw error(.expectedValue)
        }
        index += word.utf8CodeUnitCount
        return value
    }

    private mutating func enter() throws(JSONError) {
        depth += 1
        guard depth <= depthMax else { throw error(.tooDeep) }
        index += 1
    }

    private mutating func object() throws(JSONError) -> JSONObject {
        try enter()
        defer { depth -= 1 }
        skipSpace()
        if current == UInt8(ascii: "}") {
            index += 1
            return JSONObject()
        }
        var members: [JSONObject.Member] = []
        members.reserveCapacity(Self.usualMembers)
        var places = MemberPlaces()
        while true {
            skipSpace()
            guard current == UInt8(ascii: "\"") else { throw error(.expectedKey) }
            let key = try string()
            skipSpace()
            guard current == UInt8(ascii: ":") else { throw error(.expectedColon) }
            index += 1
            let value = try value()
            if let earlier = places.place(of: key, among: members) {
                members[earlier].value = value
            } else {
                members.append(JSONObject.Member(key: key, value: value))
                places.append(key, at: members.count - 1, among: members)
            }
            skipSpace()
            switch current {
            case UInt8(ascii: ","): index += 1
            case UInt8(ascii: "}"):
                index += 1
                return JSONObject(members)
            default: throw error(.expectedComma)
            }
        }
    }

    private mutating func array() throws(JSONError) -> [JSON] {
        try enter()
        defer { depth -= 1 }
        var elements: [JSON] = []
        skipSpace()
        if current == UInt8(ascii: "]") {
            index += 1
            return elements
        }
        while true {
            elements.append(try value())
            skipSpace()
            switch current {
            case UInt8(ascii: ","): index += 1
            case UInt8(ascii: "]"):
                index += 1
                return elements
            default: throw error(.expectedComma)
            }
        }
    }

    private mutating func number() throws(JSONError) -> JSONNumber {
        let start = index
        if current == UInt8(ascii: "-") { index += 1 }
        if current == UInt8(ascii: "0") {
            index += 1
        } else {
            try digits()
        }
        if current == UInt8(ascii: ".") {
            index += 1
            try digits()
        }
        if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
            index += 1
            if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { index += 1 }
            try digits()
        }
        let number = JSONNumber(verbatim: String(decoding: bytes[start..<index], as: UTF8.self))
        // Readers elsewhere keep numbers as doubles and give up on a whole text for one that does not fit.
        guard index - start <= Self.surelyInRange || number.double != nil else {
            index = start
            throw error(.numberOutOfRange)
        }
        return number
    }

    private mutating func digits() throws(JSONError) {
        let start = index
        while let byte = current, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { index += 1 }
        guard index > start else { throw error(.invalidNumber) }
    }

    private mutating func string() throws(JSONError) -> String {
        let start = index + 1
        var end = start
        var bits: UInt8 = 0
        while end < bytes.count {
            let byte = bytes[end]
            switch byte {
            case UInt8(ascii: "\""):
                index = end + 1
                let utf8 = UnsafeBufferPointer(rebasing: bytes[start..<end])
                // Nothing can be wrong with ASCII, and looking for it takes longer than all the rest.
                return bits < 0x80 ? String(decoding: utf8, as: UTF8.self) : try text(utf8, at: start)
            case UInt8(ascii: "\\"):
                return try escapedString(from: start, firstEscape: end)
            case 0..<0x20:
                index = end
                throw error(.controlCharacter)
            default:
                bits |= byte
                end += 1
            }
        }
        index = start - 1
        throw error(.unterminatedString)
    }

    private func text(_ utf8: UnsafeBufferPointer<UInt8>, at offset: Int) throws(JSONError) -> String {
        guard let text = String(validating: utf8, as: UTF8.self) else {
            throw JSONError(reason: .invalidUTF8, offset: offset)
        }
        return text
    }

    /// The slow way, for a string with at least one escape: `firstEscape` is the place of its first backslash.
    private mutating func escapedString(from start: Int, firstEscape: Int) throws(JSONError) -> String {
        var unescaped = Array(bytes[start..<firstEscape])
        index = firstEscape
        while let byte = current {
            switch byte {
            case UInt8(ascii: "\""):
                index += 1
                guard let text = String(validating: unescaped, as: UTF8.self) else {
                    throw JSONError(reason: .invalidUTF8, offset: start)
                }
                return text
            case UInt8(ascii: "\\"):
                try escape(into: &unescaped)
            case 0..<0x20:
                throw error(.controlCharacter)
            default:
                unescaped.append(byte)
                index += 1
            }
        }
        index = start - 1
        throw error(.unterminatedString)
    }

    private mutating func escape(into unescaped: inout [UInt8]) throws(JSONError) {
        index += 1
        switch current {
        case UInt8(ascii: "\""): unescaped.append(0x22)
        case UInt8(ascii: "\\"): unescaped.append(0x5C)
        case UInt8(ascii: "/"): unescaped.append(0x2F)
        case UInt8(ascii: "b"): unescaped.append(0x08)
        case UInt8(ascii: "f"): unescaped.append(0x0C)
        case UInt8(ascii: "n"): unescaped.append(0x0A)
        case UInt8(ascii: "r"): unescaped.append(0x0D)
        case UInt8(ascii: "t"): unescaped.append(0x09)
        case UInt8(ascii: "u"):
            append(try escapedScalar(), to: &unescaped)
            return
        default: throw error(.invalidEscape)
        }
        index += 1
    }

    private func append(_ scalar: Unicode.Scalar, to utf8: inout [UInt8]) {
        if scalar.isASCII { return utf8.append(UInt8(truncatingIfNeeded: scalar.value)) }
        utf8.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }

    /// Reads a `u` and its four digits, with those of the second half of a surrogate pair, and leaves the index behind it.
    private mutating func escapedScalar() throws(JSONError) -> Unicode.Scalar {
        let high = try hexQuad()
        if let scalar = Unicode.Scalar(high) { return scalar }
        guard (0xD800..<0xDC00).contains(high), current == UInt8(ascii: "\\"), index + 1 < bytes.count,
            bytes[index + 1] == UInt8(ascii: "u")
        else { throw error(.loneSurrogate) }
        index += 1
        let low = try hexQuad()
        guard (0xDC00..<0xE000).contains(low),
            let scalar = Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00))
        else { throw error(.loneSurrogate) }
        return scalar
    }

    private mutating func hexQuad() throws(JSONError) -> UInt32 {
        guard bytes.count - index >= 5 else { throw error(.invalidEscape) }
        var value: UInt32 = 0
        for offset in 1...4 {
            guard let digit = Hex.value(of: bytes[index + offset]) else { throw error(.invalidEscape) }
            value = value << 4 | UInt32(digit)
        }
        index += 5
        return value
    }
}
