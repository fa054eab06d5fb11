/// Values that are kept as they are.
extension PayloadScanner {
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
