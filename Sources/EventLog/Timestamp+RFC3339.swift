extension Timestamp {
    static let rfc3339Length = 27

    /// RFC 3339 in UTC with six decimals: `2025-10-06T12:10:00.123456Z`.
    package var rfc3339: String {
        String(unsafeUninitializedCapacity: Self.rfc3339Length) { buffer in
            guard let start = buffer.baseAddress else { return 0 }
            writeRFC3339(to: start)
            return Self.rfc3339Length
        }
    }

    /// Writes `rfc3339Length` bytes.
    func writeRFC3339(to text: UnsafeMutablePointer<UInt8>) {
        let microsecondsPerDay: Int64 = 86_400_000_000
        var day = microseconds / microsecondsPerDay
        var rest = microseconds % microsecondsPerDay
        if rest < 0 {
            day -= 1
            rest += microsecondsPerDay
        }
        let date = CivilDate(daysSince1970: day)
        let seconds = rest / 1_000_000
        Self.digits(date.year, 4, into: text, at: 0)
        text[4] = UInt8(ascii: "-")
        Self.digits(date.month, 2, into: text, at: 5)
        text[7] = UInt8(ascii: "-")
        Self.digits(date.day, 2, into: text, at: 8)
        text[10] = UInt8(ascii: "T")
        Self.digits(seconds / 3600, 2, into: text, at: 11)
        text[13] = UInt8(ascii: ":")
        Self.digits(seconds / 60 % 60, 2, into: text, at: 14)
        text[16] = UInt8(ascii: ":")
        Self.digits(seconds % 60, 2, into: text, at: 17)
        text[19] = UInt8(ascii: ".")
        Self.digits(rest % 1_000_000, 6, into: text, at: 20)
        text[26] = UInt8(ascii: "Z")
    }

    private static func digits(_ value: Int64, _ count: Int, into text: UnsafeMutablePointer<UInt8>, at: Int) {
        var value = value
        for place in stride(from: at + count - 1, through: at, by: -1) {
            text[place] = UInt8(ascii: "0") + UInt8(value % 10)
            value /= 10
        }
    }

    /// Reads RFC 3339: a date, `T`, `t` or a space, a time with any number of decimals (beyond six they are cut),
    /// and `Z` or an offset. Nil for anything else.
    package init?(rfc3339 text: some StringProtocol) {
        var reader = DigitReader(text)
        guard let year = reader.number(4), reader.skip("-"), let month = reader.number(2), reader.skip("-"),
            let day = reader.number(2), reader.skip("T", "t", " "), let hour = reader.number(2), reader.skip(":"),
            let minute = reader.number(2), reader.skip(":"), let second = reader.number(2),
            year > 0, (1...12).contains(month), (1...CivilDate.days(inMonth: month, ofYear: year)).contains(day),
            hour < 24, minute < 60, second < 60
        else { return nil }
        var microseconds: Int64 = 0
        if reader.skip(".") {
            guard let fraction = reader.fraction() else { return nil }
            microseconds = fraction
        }
        guard let offsetMinutes = reader.offsetMinutes(), reader.isAtEnd else { return nil }
        let days = CivilDate(year: year, month: month, day: day).daysSince1970
        let seconds = days * 86_400 + hour * 3600 + (minute - offsetMinutes) * 60 + second
        self.init(microseconds: seconds * 1_000_000 + microseconds)
    }
}

/// A date of the proleptic Gregorian calendar.
///
/// The arithmetic counts days in eras of 400 years that begin on the first of March, so that the leap day is the
/// last day of a year.
private struct CivilDate {
    let year: Int64
    let month: Int64
    let day: Int64

    init(year: Int64, month: Int64, day: Int64) {
        self.year = year
        self.month = month
        self.day = day
    }

    /// - Precondition: the year is not before 0; the clock and the parser guarantee it.
    init(daysSince1970: Int64) {
        let days = daysSince1970 + 719_468
        let era = days / 146_097
        let dayOfEra = days % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    var daysSince1970: Int64 {
        let year = month <= 2 ? self.year - 1 : self.year
        let era = year / 400
        let yearOfEra = year % 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    static func days(inMonth month: Int64, ofYear year: Int64) -> Int64 {
        switch month {
        case 4, 6, 9, 11: 30
        case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
        default: 31
        }
    }
}

private struct DigitReader {
    private var rest: [UInt8]

    init(_ text: some StringProtocol) {
        rest = text.utf8.reversed()
    }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func skip(_ characters: Unicode.Scalar...) -> Bool {
        guard let next = rest.last, characters.contains(Unicode.Scalar(next)) else { return false }
        rest.removeLast()
        return true
    }

    mutating func digit() -> Int64? {
        guard let next = rest.last, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(next) else { return nil }
        rest.removeLast()
        return Int64(next - UInt8(ascii: "0"))
    }

    mutating func number(_ count: Int) -> Int64? {
        var value: Int64 = 0
        for _ in 0..<count {
            guard let digit = digit() else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    /// Decimals as microseconds; at least one must be there.
    mutating func fraction() -> Int64? {
        guard let first = digit() else { return nil }
        var value = first * 100_000
        var weight: Int64 = 10_000
        while let digit = digit() {
            value += digit * weight
            weight /= 10
        }
        return value
    }

    mutating func offsetMinutes() -> Int64? {
        if skip("Z", "z") { return 0 }
        let sign: Int64
        if skip("+") {
            sign = 1
        } else if skip("-") {
            sign = -1
        } else {
            return nil
        }
        guard let hours = number(2), skip(":"), let minutes = number(2), hours < 24, minutes < 60 else { return nil }
        return sign * (hours * 60 + minutes)
    }
}
