/// What happened to the log itself.
package enum StoreEvent: Sendable, Hashable {
    /// The log began again with what a backup held of it.
    case restored(LogRestored)

    package static let restoreStream = StreamName(category: "log", id: "restore")

    /// The names in the log. A changed payload is a new version, never another meaning of an old one.
    package enum RecordedType: String, CaseIterable {
        case restored = "log.restored.v1"
    }

    package var stream: StreamName {
        switch self {
        case .restored: Self.restoreStream
        }
    }

    /// The name under which the event is recorded, with the version of its schema.
    package var type: String {
        switch self {
        case .restored: RecordedType.restored.rawValue
        }
    }

    /// Who caused the event.
    package var actor: String {
        switch self {
        case .restored: "system:restore"
        }
    }

    /// The payload as JSON.
    package var data: [UInt8] {
        var writer = JSONWriter(reservingCapacity: 160)
        writer.object { writer in
            switch self {
            case .restored(let restored): restored.write(to: &writer)
            }
        }
        return writer.bytes
    }

    /// Reads an event back; nil for one of another domain.
    ///
    /// - Throws: `EventStoreError.corrupt` where the payload is not what the type promises.
    package init?(_ recorded: RecordedEvent) throws {
        switch RecordedType(rawValue: recorded.type) {
        case .restored:
            do {
                self = .restored(try LogRestored(PayloadReader(recorded.data)))
            } catch {
                throw recorded.corruption(by: error)
            }
        case nil: return nil
        }
    }
}

/// That the log was put back to an earlier state.
package struct LogRestored: Sendable, Hashable {
    /// The last event that was left: what had been acknowledged after it is not in the log.
    package var position: Position
    /// When the backup was made; nil where the log came from a replica, of which nobody has noted that.
    package var backupMadeAt: Timestamp?
    package var restoredAt: Timestamp

    package init(position: Position, backupMadeAt: Timestamp?, restoredAt: Timestamp) {
        self.position = position
        self.backupMadeAt = backupMadeAt
        self.restoredAt = restoredAt
    }

    fileprivate func write(to writer: inout JSONWriter) {
        writer.member("position", position)
        writer.member("backup_made_at", backupMadeAt)
        writer.member("restored_at", restoredAt)
    }

    package init(_ payload: PayloadReader) throws {
        self.init(
            position: try payload.int("position"), backupMadeAt: try payload.optionalTimestamp("backup_made_at"),
            restoredAt: try payload.timestamp("restored_at"))
    }
}
