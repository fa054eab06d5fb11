/// The place of an event in the whole log: 1, 2, 3 … without gaps.
package typealias Position = Int

/// An event as it stands in the log, for ever.
package struct RecordedEvent: Sendable, Hashable {
    package let position: Position
    package let stream: StreamName
    /// The place of the event in its stream: 1, 2, 3 …
    package let version: Int
    package let type: String
    package let id: EventID
    package let recordedAt: Timestamp
    package let actor: String
    /// The payload: one JSON value in UTF-8, byte for byte as appended.
    package let data: [UInt8]
    /// The metadata object as JSON text.
    package let metadata: String

    package init(
        position: Position, stream: StreamName, version: Int, type: String, id: EventID, recordedAt: Timestamp,
        actor: String, data: [UInt8], metadata: String
    ) {
        self.position = position
        self.stream = stream
        self.version = version
        self.type = type
        self.id = id
        self.recordedAt = recordedAt
        self.actor = actor
        self.data = data
        self.metadata = metadata
    }
}
