import Crypto
import EventLog
import Foundation
import Projections
import SQLiteEventStore
import VerdictTesting

/// A corpus in a log of its own, as the server of today reads it.
struct ReplayedLog {
    let directory: TemporaryDirectory
    let log: any EventStore
    let recorded: [RecordedEvent]

    init(_ entries: [CorpusEntry]) throws {
        directory = try TemporaryDirectory()
        let store = try SQLiteEventStore(path: directory.file("events.db"))
        log = store
        _ = try store.append(entries.map { StreamAppend($0.stream, expecting: .any, [$0.event]) })
        recorded = try store.read(from: 1, limit: entries.count + 1)
    }

    /// Every row of the views of this log.
    func views() throws -> String {
        let path = directory.file("views.db")
        try Views(path: path, log: log).close()
        return try ViewsDump.text(of: path)
    }

    /// The entry of an event, with other bytes in the place of its payload.
    static func entry(of event: RecordedEvent, data: [UInt8]? = nil) -> [UInt8] {
        let event = RecordedEvent(
            position: event.position, stream: event.stream, version: event.version, type: event.type, id: event.id,
            recordedAt: event.recordedAt, actor: event.actor, data: data ?? event.data, metadata: event.metadata)
        return CloudEvent.entry(of: event) { Array(SHA256.hash(data: $0)) }
    }
}
