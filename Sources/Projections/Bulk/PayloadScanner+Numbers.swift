import Foundation

/// Numbers and times.
extension PayloadScanner {
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
}
