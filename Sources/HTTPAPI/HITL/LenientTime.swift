import EventLog

/// The times that programs send in `created_at` (hitl-api 2.1): ISO 8601 with some freedom, or seconds or milliseconds
/// since 1970. One without an offset is UTC.
enum LenientTime {
    /// Numbers beyond it are milliseconds.
    private static let secondsMax = 2e10
    private static let years = Timestamp(microseconds: -62_135_596_800_000_000)...Timestamp(
        microseconds: 253_402_300_799_999_999)

    /// Nil for what is no time.
    static func read(_ value: JSON) -> Timestamp? {
        let moment: Timestamp? =
            switch value {
            case .number(let number): number.double.flatMap { epoch($0) }
            case .string(let text): Double(text).flatMap { isNumeral(text) ? epoch($0) : nil } ?? iso(text)
            case .null, .bool, .array, .object: nil
            }
        return moment.flatMap { years.contains($0) ? $0 : nil }
    }

    private static func isNumeral(_ text: String) -> Bool {
        text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || "+-.".utf8.contains($0) }
    }

    private static func epoch(_ value: Double) -> Timestamp? {
        let seconds = abs(value) > secondsMax ? value / 1000 : value
        guard abs(seconds) < 1e12 else { return nil }
        return Timestamp(microseconds: Int64((seconds * 1_000_000).rounded()))
    }

    /// Brings the text into the form of RFC 3339, which is then judged as such.
    private static func iso(_ text: String) -> Timestamp? {
        var characters = Array(text.utf8)
        guard characters.count >= 16, "Tt_ ".utf8.contains(characters[10]) else { return nil }
        characters[10] = UInt8(ascii: "T")
        var rest = characters.dropFirst(16)
        var canonical = Array(characters.prefix(16))
        if rest.first == UInt8(ascii: ":") {
            canonical += rest.prefix(3)
            rest = rest.dropFirst(3)
            if let point = rest.first, point == UInt8(ascii: ".") || point == UInt8(ascii: ",") {
                canonical.append(UInt8(ascii: "."))
                let digits = rest.dropFirst().prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
                canonical += digits
                rest = rest.dropFirst(1 + digits.count)
            }
        } else {
            canonical += Array(":00".utf8)
        }
        canonical += offset(Array(rest))
        return Timestamp(rfc3339: String(decoding: canonical, as: UTF8.self))
    }

    /// `Z`, `+01:00`, `+0100` or `+01`; none means UTC.
    private static func offset(_ text: [UInt8]) -> [UInt8] {
        switch text.count {
        case 0: Array("Z".utf8)
        case 5: Array(text.prefix(3)) + Array(":".utf8) + Array(text.suffix(2))
        case 3: text + Array(":00".utf8)
        default: text
        }
    }
}
