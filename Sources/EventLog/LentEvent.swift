/// An event whose bytes belong to the store: they are good until the call that lends it returns.
///
/// Whoever reads millions of events to look at a few members of each has no time to make a `RecordedEvent` of every one.
package struct LentEvent {
    package let position: Position
    /// The place of the event in its stream: 1, 2, 3 …
    package let version: Int
    package let id: EventID
    package let recordedAt: Timestamp
    package let stream: UnsafeBufferPointer<UInt8>
    package let type: UnsafeBufferPointer<UInt8>
    package let actor: UnsafeBufferPointer<UInt8>
    package let data: UnsafeBufferPointer<UInt8>
    package let metadata: UnsafeBufferPointer<UInt8>

    package init(
        position: Position, version: Int, id: EventID, recordedAt: Timestamp, stream: UnsafeBufferPointer<UInt8>,
        type: UnsafeBufferPointer<UInt8>, actor: UnsafeBufferPointer<UInt8>, data: UnsafeBufferPointer<UInt8>,
        metadata: UnsafeBufferPointer<UInt8>
    ) {
        self.position = position
        self.version = version
        self.id = id
        self.recordedAt = recordedAt
        self.stream = stream
        self.type = type
        self.actor = actor
        self.data = data
        self.metadata = metadata
    }

    /// The same event with bytes of its own.
    package var owned: RecordedEvent {
        func text(_ bytes: UnsafeBufferPointer<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
        return RecordedEvent(
            position: position, stream: StreamName(text: text(stream)), version: version, type: text(type), id: id,
            recordedAt: recordedAt, actor: text(actor), data: Array(data), metadata: text(metadata))
    }
}

extension RecordedEvent {
    /// Lends the event.
    package func lend<Value>(to body: (LentEvent) throws -> Value) rethrows -> Value {
        try Array(stream.text.utf8).withUnsafeBufferPointer { stream in
            try Array(type.utf8).withUnsafeBufferPointer { type in
                try Array(actor.utf8).withUnsafeBufferPointer { actor in
                    try Array(metadata.utf8).withUnsafeBufferPointer { metadata in
                        try data.withUnsafeBufferPointer { data in
                            try body(
                                LentEvent(
                                    position: position, version: version, id: id, recordedAt: recordedAt,
                                    stream: stream, type: type, actor: actor, data: data, metadata: metadata))
                        }
                    }
                }
            }
        }
    }
}
