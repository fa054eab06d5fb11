import EventLog

/// Events prepared for `GovernanceLoader`: records, and the bytes that they speak of.
struct GovernanceChunk: BulkChunk {
    var records: [BulkRecord] = []
    /// The payload of each event, then those of its texts that stand in the payload in another form.
    var bytes: [UInt8] = []
    /// Events of domains that the loader leaves to the projections.
    var others: [CommittedEvent] = []
    var checkpoint = Checkpoint(position: 0, eventID: nil)
}
