/// What happened to the log itself, and to what is derived from it.
package enum StoreEvent: Sendable, Hashable {
    /// The log began again with what a backup held of it.
    case restored(LogRestored)
    /// An administrator has said that an event may stay out of some projections.
    case letterSkipped(LetterSkipped)

    package static let restoreStream = StreamName(category: "log", id: "restore")
    package static let projectionsStream = StreamName(category: "log", id: "projections")

    /// The names in the log. A changed payload is a new version, never another meaning of an old one.
    package enum RecordedType: String, CaseIterable {
        case restored = "log.restored.v1"
        case letterSkipped = "projection.letter-skipped.v1"
    }

    package var stream: StreamName {
        switch self {
        case .restored: Self.restoreStream
        case .letterSkipped: Self.projectionsStream
        }
    }

    /// The name under which the event is recorded, with the version of its schema.
    package var type: String {
        switch self {
        case .restored: RecordedType.restored.rawValue
        case .letterSkipped: RecordedType.letterSkipped.rawValue
        }
    }

    /// Who caused the event.
    package var actor: String {
        switch self {
        case .restored: "system:restore"
        case .letterSkipped(let skipped): skipped.skippedBy
        }
    }

    /// The payload as JSON.
    package var data: [UInt8] {
        var writer = JSONWriter(reservingCapacity: 160)
        writer.object { writer in
            switch self {
            case .restored(let restored): restored.write(to: &writer)
            case .letterSkipped(let skipped): skipped.write(to: &writer)
            }
        }
        return writer.bytes
    }

    /// Reads an event back; nil for one of another domain.
    ///
    /// - Throws: `EventStoreError.corrupt` where the payload is not what the type promises.
    package init?(_ recorded: RecordedEvent) throws {
        guard let type = RecordedType(rawValue: recorded.type) else { return nil }
        do {
            let payload = try PayloadReader(recorded.data)
            switch type {
            case .restored: self = .restored(try LogRestored(payload))
            case .letterSkipped: self = .letterSkipped(try LetterSkipped(payload))
            }
        } catch {
            throw recorded.corruption(by: error)
        }
    }
}
