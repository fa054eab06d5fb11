import EventLog
import Foundation
import GRDB

extension LogReader {
    /// Bytes of one log that are in memory at once while it is compared.
    private static let pageSizeBytesMax = 1 << 20

    /// Compares every row with that of another log, byte for byte, up to a position.
    ///
    /// Both are read in pages, so that no read transaction lasts for long and keeps a writer from its checkpoints.
    ///
    /// - Returns: the first position that is not the same in both; nil where all are.
    package func firstDifference(from other: LogReader, upTo last: Position) throws -> Position? {
        var position = 1
        while position <= last {
            let ours = try rows(from: position, upTo: last)
            guard let end = ours.last?.position, ours.first?.position == position else { return position }
            let theirs = try other.rows(from: position, upTo: end)
            if ours != theirs {
                let pair = zip(ours, theirs).first { $0 != $1 }
                return pair.map { min($0.position, $1.position) } ?? position + min(ours.count, theirs.count)
            }
            position = end + 1
        }
        return nil
    }

    /// Whether both tell the same table and the same triggers.
    package func hasSchema(of other: LogReader) throws -> Bool {
        try schema() == other.schema()
    }

    private func schema() throws -> [String?] {
        try reading { database in
            // A program that replicates the file may keep tables of its own in it.
            try String?.fetchAll(database, sql: "SELECT sql FROM sqlite_master WHERE tbl_name = 'events' ORDER BY name")
        }
    }

    /// The columns as they lie in the file: to a `String`, two texts with other bytes may be equal.
    private struct StoredRow: Equatable {
        let position: Position
        let version: Int
        let recordedAt: Int
        let bytes: [Data?]
    }

    private func rows(from position: Position, upTo last: Position) throws -> [StoredRow] {
        let (rows, sizeBytes) = try reading { database in
            let cursor = try Row.fetchCursor(
                database,
                sql: """
                    SELECT position, version, recorded_at, CAST(stream AS BLOB), CAST(type AS BLOB), id,
                        CAST(actor AS BLOB), CAST(data AS BLOB), CAST(metadata AS BLOB)
                    FROM events WHERE position >= ? AND position <= ? ORDER BY position
                    """, arguments: [position, last])
            var rows: [StoredRow] = []
            var sizeBytes = 0
            while sizeBytes < Self.pageSizeBytesMax, let row = try cursor.next() {
                let bytes = try (3..<9).map { index in try row.withUnsafeData(atIndex: index) { $0.map { Data($0) } } }
                rows.append(StoredRow(position: row[0], version: row[1], recordedAt: row[2], bytes: bytes))
                sizeBytes += bytes.reduce(64) { $0 + ($1?.count ?? 0) }
            }
            return (rows, sizeBytes)
        }
        take(sizeBytes)
        return rows
    }
}
