import EventLog

/// Events prepared for `GovernanceLoader`: records, and the bytes that they speak of.
struct GovernanceChunk: BulkChunk {
    var records: [BulkRecord] = []
    /// The payload of each event, then those of its texts that stand in the payload in another form.
    var bytes: [UInt8] = []
    /// Events of domains that the loader leaves to the projections.
    var others: [CommittedEvent] = []
    var checkpoint = Checkpoint(position: 0, eventID: nil)

    /// Lends the bytes of a record.
    func binding<Value>(_ record: BulkRecord, _ body: (SliceBinder) throws -> Value) rethrows -> Value {
        try bytes.withUnsafeBufferPointer { bytes in
            try body(SliceBinder(bytes: UnsafeBufferPointer(rebasing: bytes[record.bytes])))
        }
    }
}
