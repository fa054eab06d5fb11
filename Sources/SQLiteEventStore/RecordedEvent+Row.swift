import EventLog
import Foundation
import GRDB

extension RecordedEvent {
    init(position: Position, stream: StreamName, version: Int, event: NewEvent) {
        self.init(
            position: position, stream: stream, version: version, type: event.type, id: event.id,
            recordedAt: event.recordedAt, actor: event.actor, data: event.data, metadata: event.metadata.json)
    }

    /// Takes the columns in the order of the table. A file that was damaged may hold anything in any of them.
    ///
    /// - Parameter isExact: whether a text that is not UTF-8 is refused; otherwise it is mended, so that a server can show
    ///   what is left of it.
    /// - Throws: `EventStoreError.corrupt` where the columns are not those of an event.
    init(row: Row, isExact: Bool = false) throws {
        let columns = EventColumns(row: row, isExact: isExact)
        let identifier = try row.withUnsafeData(atIndex: 4) { data in data.flatMap { EventID(bytes: $0) } }
        guard let id = identifier else { throw columns.corruption("its id is not a UUID") }
        let microseconds = try columns.integer(5, "recorded_at")
        guard EventColumns.years.contains(microseconds) else {
            throw columns.corruption("its recorded_at is in no year from 1 to 9999")
        }
        self.init(
            position: try columns.position(), stream: StreamName(text: try columns.text(1, "stream")),
            version: Int(try columns.integer(2, "version")), type: try columns.text(3, "type"), id: id,
            recordedAt: Timestamp(microseconds: microseconds), actor: try columns.text(6, "actor"),
            data: try columns.bytes(7, "data"), metadata: try columns.text(8, "metadata"))
    }
}

/// The columns of a row, none of which can be relied upon. GRDB's own subscripts end the program where a value is missing.
private struct EventColumns {
    /// What RFC 3339 can write: from the year 1 to the end of the year 9999, in microseconds since 1970.
    static let years: ClosedRange<Int64> = -62_135_596_800_000_000...253_402_300_799_999_999

    let row: Row
    let isExact: Bool

    func corruption(_ reason: String) -> EventStoreError {
        .corrupt(position: (try? position()) ?? 0, reason)
    }

    /// Never missing: it is the number of the row.
    func position() throws -> Position {
        guard case .int64(let value) = (row[0] as DatabaseValue).storage else {
            throw EventStoreError.corrupt(position: 0, "its position is no number")
        }
        return Int(value)
    }

    func integer(_ index: Int, _ name: String) throws -> Int64 {
        guard case .int64(let value) = (row[index] as DatabaseValue).storage else {
            throw corruption("its \(name) is no number")
        }
        return value
    }

    func bytes(_ index: Int, _ name: String) throws -> [UInt8] {
        let bytes = try row.withUnsafeData(atIndex: index) { data in data.map { Array($0) } }
        guard let bytes else { throw corruption("its \(name) is missing") }
        return bytes
    }

    /// A text with all of its bytes. As a `String`, GRDB reads it only as far as its first NUL.
    func text(_ index: Int, _ name: String) throws -> String {
        let bytes = try bytes(index, name)
        guard isExact else { return String(decoding: bytes, as: UTF8.self) }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw corruption("its \(name) is not UTF-8") }
        return text
    }
}
