import EventLog
import Testing

@Suite("Timestamps as text")
struct TimestampFormatTests {
    static let table: [(Int64, String)] = [
        (0, "1970-01-01T00:00:00.000000Z"),
        (1, "1970-01-01T00:00:00.000001Z"),
        (-1, "1969-12-31T23:59:59.999999Z"),
        (-86_400_000_000, "1969-12-31T00:00:00.000000Z"),
        (86_399_999_999, "1970-01-01T23:59:59.999999Z"),
        (951_782_400_000_000, "2000-02-29T00:00:00.000000Z"),
        (1_709_251_199_999_999, "2024-02-29T23:59:59.999999Z"),
        (1_709_251_200_000_000, "2024-03-01T00:00:00.000000Z"),
        (1_759_752_600_123_456, "2025-10-06T12:10:00.123456Z"),
        (1_768_478_400_000_000, "2026-01-15T12:00:00.000000Z"),
        (4_107_456_000_000_000, "2100-02-28T00:00:00.000000Z"),
        (4_107_542_400_000_000, "2100-03-01T00:00:00.000000Z"),
        (-2_203_891_200_000_000, "1900-03-01T00:00:00.000000Z"),
        (-11_670_953_104_000_000, "1600-02-29T12:34:56.000000Z"),
        (-62_135_596_800_000_000, "0001-01-01T00:00:00.000000Z"),
        (253_402_300_799_999_999, "9999-12-31T23:59:59.999999Z"),
    ]

    @Test("a moment is written in UTC with six decimals, and reads back", arguments: table)
    func format(microseconds: Int64, text: String) {
        #expect(Timestamp(microseconds: microseconds).rfc3339 == text)
        #expect(Timestamp(rfc3339: text)?.microseconds == microseconds)
    }

    @Test("every day of four centuries comes back, in order")
    func everyDay() throws {
        let day = Interval.hours(24)
        var moment = try #require(Timestamp(rfc3339: "1899-12-31T06:07:08.000009Z"))
        var earlier = moment.rfc3339
        for _ in 0..<146_097 {
            moment = moment + day
            let text = moment.rfc3339
            guard Timestamp(rfc3339: text) == moment, text > earlier, text.hasSuffix("T06:07:08.000009Z") else {
                Issue.record("\(moment.microseconds) is written as \(text)")
                return
            }
            earlier = text
        }
        #expect(moment.rfc3339 == "2299-12-31T06:07:08.000009Z")
    }

    @Test(
        "seconds since 1970 have six decimals",
        arguments: [
            (0, "0.000000"), (1, "0.000001"), (1_759_797_649_490_000, "1759797649.490000"),
            (1_999_999, "1.999999"), (60_000_000, "60.000000"),
        ] as [(Int64, String)])
    func epochSeconds(microseconds: Int64, text: String) {
        #expect(Timestamp(microseconds: microseconds).epochSecondsText == text)
    }
}
