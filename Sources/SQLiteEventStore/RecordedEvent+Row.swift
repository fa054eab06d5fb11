import EventLog
import Foundation
import GRDB

extension RecordedEvent {
    init(position: Position, stream: StreamName, version: Int, event: NewEvent) {
        self.init(
            position: position, stream: stream, version: version, type: event.type, id: event.id,
            recordedAt: event.recordedAt, actor: event.actor, data: event.data, metadata: event.metadata.json)
    }

    /// - Throws: `EventStoreError.corrupt` where the columns are not those of an event.
    init(row: Row) throws {
        let position: Position = row[0]
        let identifier = try row.withUnsafeData(atIndex: 4) { data in data.flatMap { EventID(bytes: $0) } }
        guard let id = identifier else {
            throw EventStoreError.corrupt(position: position, "its id is not a UUID")
        }
        let data: [UInt8] = try row.withUnsafeData(atIndex: 7) { data in data.map { Array($0) } ?? [] }
        self.init(
            position: position, stream: StreamName(text: try row.text(at: 1)), version: row[2], type: row[3], id: id,
            recordedAt: Timestamp(microseconds: row[5]), actor: try row.text(at: 6), data: data, metadata: row[8])
    }
}

extension Row {
    /// A text with all of its bytes. As a `String`, GRDB writes and reads it only as far as its first NUL.
    fileprivate func text(at index: Int) throws -> String {
        try withUnsafeData(atIndex: index) { data in data.map { String(decoding: $0, as: UTF8.self) } ?? "" }
    }
}
