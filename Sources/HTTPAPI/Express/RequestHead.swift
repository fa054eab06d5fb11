/// The head of a request, read straight from the bytes of a connection: as far as one has to know it to lead the request on.
///
/// It is stricter than HTTP. What is written in any unusual way is not understood here, and left to a parser that knows all
/// of HTTP: so the two never see different requests in the same bytes.
struct RequestHead {
    /// Behind so many bytes a head is not looked for.
    static let sizeBytesMax = 8 << 10

    enum Reading {
        /// The bytes may become a head when more of them have come.
        case partial
        /// The request is written in a way that is not understood here.
        case other
        case head(RequestHead)
    }

    /// Of the head itself, with the empty line at its end.
    let sizeBytes: Int
    let bodySizeBytes: Int
    /// Where method and path stand in the bytes.
    let method: Range<Int>
    let path: Range<Int>
    /// Whether its fields say nothing that the answer depends on.
    let isPlain: Bool

    /// Reads the head that the bytes begin with.
    static func read(_ bytes: UnsafeRawBufferPointer) -> Reading {
        var reader = HeadReader(bytes)
        return reader.head()
    }
}

/// Walks through the bytes of a head, once.
private struct HeadReader {
    /// Why reading ends before the head does.
    private enum Stop: Error { case partial, other }

    private static let space = UInt8(ascii: " ")
    private static let carriageReturn = UInt8(ascii: "\r")
    private static let newLine = UInt8(ascii: "\n")
    private static let colon = UInt8(ascii: ":")

    private let bytes: UnsafeRawBufferPointer
    private let end: Int
    private var index = 0
    private var length: Int?
    private var hasHost = false
    private var hasType = false
    private var isPlain = true

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
        end = min(bytes.count, RequestHead.sizeBytesMax)
    }

    mutating func head() -> RequestHead.Reading {
        do throws(Stop) {
            let method = try word { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
            let path = try word { (0x21...0x7E).contains($0) }
            guard isKnown(method), !path.isEmpty, bytes[path.lowerBound] == UInt8(ascii: "/") else { throw .other }
            try expect("HTTP/1.1\r\n")
            while try !isAtEnd() { try field() }
            guard hasHost else { throw .other }
            return .head(
                RequestHead(
                    sizeBytes: index, bodySizeBytes: length ?? 0, method: method, path: path, isPlain: isPlain))
        } catch {
            // What has no end within the limit is not waited for.
            return error == .partial && bytes.count < RequestHead.sizeBytesMax ? .partial : .other
        }
    }

    /// Whether the method is one that means nothing for the bytes behind the head.
    private func isKnown(_ method: Range<Int>) -> Bool {
        switch method.count {
        case 3: holds(method, "get") || holds(method, "put")
        case 4: holds(method, "post") || holds(method, "head")
        case 5: holds(method, "patch")
        case 6: holds(method, "delete")
        case 7: holds(method, "options")
        default: false
        }
    }

    private func byte(at place: Int) throws(Stop) -> UInt8 {
        guard place < end else { throw .partial }
        return bytes[place]
    }

    /// What stands up to the next space, all of it such characters.
    private mutating func word(_ isAllowed: (UInt8) -> Bool) throws(Stop) -> Range<Int> {
        let start = index
        while true {
            let byte = try byte(at: index)
            index += 1
            if byte == Self.space { return start..<index - 1 }
            guard isAllowed(byte) else { throw .other }
        }
    }

    private mutating func expect(_ text: StaticString) throws(Stop) {
        for place in 0..<text.utf8CodeUnitCount {
            guard try byte(at: index) == text.utf8Start[place] else { throw .other }
            index += 1
        }
    }

    /// Whether the empty line is next, which is passed then.
    private mutating func isAtEnd() throws(Stop) -> Bool {
        guard try byte(at: index) == Self.carriageReturn else { return false }
        try expect("\r\n")
        return true
    }

    // MARK: Fields

    private mutating func field() throws(Stop) {
        let start = index
        while try byte(at: index) != Self.colon {
            guard Self.isOfName(bytes[index]) else { throw .other }
            index += 1
        }
        let name = start..<index
        guard !name.isEmpty else { throw .other }
        index += 1
        while try byte(at: index) == Self.space { index += 1 }
        let valueStart = index
        while try byte(at: index) != Self.carriageReturn {
            guard (0x20...0x7E).contains(bytes[index]) else { throw .other }
            index += 1
        }
        var valueEnd = index
        while valueEnd > valueStart, bytes[valueEnd - 1] == Self.space { valueEnd -= 1 }
        try expect("\r\n")
        try understand(name, valueStart..<valueEnd)
    }

    private static func isOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// What a field says, by the length of its name and then by its letters: most are told apart by the one alone.
    private mutating func understand(_ name: Range<Int>, _ value: Range<Int>) throws(Stop) {
        switch name.count {
        case 4 where holds(name, "host"):
            guard !hasHost, !value.isEmpty else { throw .other }
            hasHost = true
        case 14 where holds(name, "content-length"):
            guard length == nil else { throw .other }
            length = try number(value)
        case 12 where holds(name, "content-type"):
            if hasType || !holds(value, "application/json") { isPlain = false }
            hasType = true
        case 10 where holds(name, "connection"):
            guard holds(value, "keep-alive") else { throw .other }
        case 17 where holds(name, "transfer-encoding"), 7 where holds(name, "upgrade"), 6 where holds(name, "expect"),
            8 where holds(name, "trailers"), 16 where holds(name, "proxy-connection"):
            throw .other
        case 10 where holds(name, "user-agent"), 6 where holds(name, "accept"),
            15 where holds(name, "accept-encoding") || holds(name, "accept-language"):
            break
        default:
            isPlain = false
        }
    }

    private func number(_ value: Range<Int>) throws(Stop) -> Int {
        guard (1...9).contains(value.count) else { throw .other }
        var number = 0
        for place in value {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[place]) else { throw .other }
            number = number * 10 + Int(bytes[place] - UInt8(ascii: "0"))
        }
        return number
    }

    /// Whether that text stands there, in letters of any case.
    private func holds(_ range: Range<Int>, _ lowercased: StaticString) -> Bool {
        guard range.count == lowercased.utf8CodeUnitCount else { return false }
        for place in 0..<range.count {
            let byte = bytes[range.lowerBound + place]
            let letter = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
            guard letter == lowercased.utf8Start[place] else { return false }
        }
        return true
    }
}
