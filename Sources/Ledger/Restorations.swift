import EventLog

/// How often this log went back to a backup. That is said for as long as the log lives: what was acknowledged and is gone
/// does not come back, and somebody may ask for it years later.
package struct Restorations: Sendable {
    /// Oldest first.
    package let all: [LogRestored]

    /// Records a restoration that no start has recorded yet, and reads the earlier ones.
    ///
    /// - Throws: `EventStoreError`, `DataDirectoryError`.
    init(of log: any EventStore, in directory: String, at now: Timestamp) throws {
        var all = try log.read(stream: StoreEvent.restoreStream).compactMap { recorded -> LogRestored? in
            guard case .restored(let restored) = try StoreEvent(recorded) else { return nil }
            return restored
        }
        if let restored = try RestoreMarker.read(in: directory) {
            // A start that was killed in between has recorded it already.
            if all.last != restored {
                try Self.record(restored, in: log, version: all.count, at: now)
                all.append(restored)
            }
            RestoreMarker.remove(in: directory)
        }
        self.all = all
    }

    private static func record(
        _ restored: LogRestored, in log: any EventStore, version: Int, at now: Timestamp
    ) throws {
        let event = StoreEvent.restored(restored)
        let new = NewEvent(
            id: EventID(at: now, random: .random(in: .min ... .max)), type: event.type, recordedAt: now,
            actor: event.actor, data: event.data)
        _ = try log.append([StreamAppend(event.stream, expecting: .exact(version), [new])])
    }

    /// What everybody has to know who reads this log; nil for one that was never restored.
    package var notice: String? {
        guard let last = all.last else { return nil }
        let backup = last.backupMadeAt.map { "a backup of \($0.rfc3339)" } ?? "a replica"
        return
            """
            This log was put back to \(backup) at \(last.restoredAt.rfc3339): what had been acknowledged after event \
            \(last.position) is not in it
            """
    }
}
