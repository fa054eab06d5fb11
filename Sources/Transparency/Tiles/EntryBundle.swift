/// Entries one after the other, each behind its length in two bytes, the higher one first (C2SP tlog-tiles, "Log entries").
package enum EntryBundle {
    package static let entrySizeBytesMax = Int(UInt16.max)

    /// Nil where an entry is longer than its length can say.
    package static func bytes(_ entries: [[UInt8]]) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(entries.reduce(0) { $0 + $1.count + 2 })
        for entry in entries {
            guard let length = UInt16(exactly: entry.count) else { return nil }
            bytes.append(UInt8(length >> 8))
            bytes.append(UInt8(length & 0xFF))
            bytes += entry
        }
        return bytes
    }

    /// Nil where the bytes end inside of an entry.
    package static func entries(_ bytes: [UInt8]) -> [[UInt8]]? {
        var entries: [[UInt8]] = []
        var rest = bytes[...]
        while let high = rest.popFirst() {
            guard let low = rest.popFirst() else { return nil }
            let length = Int(high) << 8 | Int(low)
            guard rest.count >= length else { return nil }
            entries.append(Array(rest.prefix(length)))
            rest = rest.dropFirst(length)
        }
        return entries
    }
}
