/// An event that has not been recorded yet.
package struct NewEvent: Sendable {
    package var id: EventID
    /// Dotted, past tense, with its schema version: `decision.approved.v1`.
    package var type: String
    package var recordedAt: Timestamp
    /// Who caused it: `operator:alice@host`, `agent:candi`, `system:sla-clock`.
    package var actor: String
    /// The payload: one JSON value in UTF-8.
    package var data: [UInt8]
    package var metadata: EventMetadata

    package init(
        id: EventID, type: String, recordedAt: Timestamp, actor: String, data: [UInt8],
        metadata: EventMetadata = EventMetadata()
    ) {
        self.id = id
        self.type = type
        self.recordedAt = recordedAt
        self.actor = actor
        self.data = data
        self.metadata = metadata
    }
}

/// Events for one stream, with what is expected of it.
package struct StreamAppend: Sendable {
    package var stream: StreamName
    package var expected: ExpectedVersion
    package var events: [NewEvent]

    package init(_ stream: StreamName, expecting expected: ExpectedVersion, _ events: [NewEvent]) {
        self.stream = stream
        self.expected = expected
        self.events = events
    }
}
