import EventLog

/// The beginning of the last day that was read: most times of a log are of the same few days.
struct DayCache {
    private var name: (UInt64, UInt16) = (0, 0)
    private var beginning: Int64 = 0

    /// Microseconds since 1970 at midnight of `2025-10-06`; nil for no such day.
    mutating func microseconds(of date: UnsafeBufferPointer<UInt8>) -> Int64? {
        guard date.count == 10, let raw = UnsafeRawPointer(date.baseAddress) else { return nil }
        let wanted = (raw.loadUnaligned(as: UInt64.self), raw.loadUnaligned(fromByteOffset: 8, as: UInt16.self))
        if wanted == name { return beginning }
        let text = String(decoding: date, as: UTF8.self)
        guard let moment = Timestamp(rfc3339: text + "T00:00:00Z") else { return nil }
        name = wanted
        beginning = moment.microseconds
        return beginning
    }
}
