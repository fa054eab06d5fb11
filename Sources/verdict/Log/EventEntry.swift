import EventLog
import Evidence

/// An event as a line of an export: its entry; and where the payload is so large that only its hash stands in the entry, the
/// payload itself as one more member, so that nothing is lost.
struct EventEntry: Sendable {
    /// The line with its end.
    let line: [UInt8]

    /// - Throws: `EventStoreError.corrupt` where a line break stands in the payload or the metadata: this program writes none.
    init(_ event: RecordedEvent) throws(EventStoreError) {
        var bytes = event.entry
        if event.data.count > CloudEvent.dataSizeBytesMax {
            bytes.removeLast()
            bytes += Array(",\"data\":".utf8)
            bytes += event.data
            bytes.append(UInt8(ascii: "}"))
        }
        guard !bytes.contains(UInt8(ascii: "\n")), !bytes.contains(UInt8(ascii: "\r")) else {
            throw .corrupt(position: event.position, "a line break stands in its payload or its metadata")
        }
        bytes.append(UInt8(ascii: "\n"))
        line = bytes
    }
}
