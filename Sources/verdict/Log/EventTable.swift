import EventLog

/// Events as comma-separated values (RFC 4180): the columns of the log, the id and the time as text.
enum EventTable {
    private static let names = [
        "position", "stream", "version", "type", "id", "recorded_at", "actor", "data", "metadata",
    ]
    private static let lineEnd: [UInt8] = [UInt8(ascii: "\r"), UInt8(ascii: "\n")]

    static var head: [UInt8] { Array(names.joined(separator: ",").utf8) + lineEnd }

    static func row(of event: RecordedEvent) -> [UInt8] {
        var row: [UInt8] = []
        row.reserveCapacity(256 + event.data.count)
        row += Array("\(event.position),".utf8)
        append(event.stream.text.utf8, to: &row)
        row += Array(",\(event.version),".utf8)
        append(event.type.utf8, to: &row)
        row += Array(",\(event.id.text),\(event.recordedAt.rfc3339),".utf8)
        append(event.actor.utf8, to: &row)
        row.append(UInt8(ascii: ","))
        append(event.data, to: &row)
        row.append(UInt8(ascii: ","))
        append(event.metadata.utf8, to: &row)
        return row + lineEnd
    }

    /// In quotes where anything in it would end it, with its own quotes doubled.
    private static func append(_ value: some Collection<UInt8>, to row: inout [UInt8]) {
        let quote = UInt8(ascii: "\"")
        guard value.contains(where: { $0 == quote || $0 == UInt8(ascii: ",") || $0 < 0x20 }) else {
            row.append(contentsOf: value)
            return
        }
        row.append(quote)
        for byte in value {
            if byte == quote { row.append(quote) }
            row.append(byte)
        }
        row.append(quote)
    }
}
