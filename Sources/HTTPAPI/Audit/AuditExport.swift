import EventLog
import Hummingbird
import Ledger
import NIOCore
import Projections

/// All entries of a question, however many: a few at a time are held, and the next ones are read when the reader has taken
/// those.
struct AuditExport: Sendable {
    let trail: AuditTrail
    let question: AuditQuestion
    let order: AuditOrder
    let position: Position
    let format: AuditFormat
    let snapshots: AuditSnapshots

    /// A decision may have 1 MiB, so few are held at once.
    private static let batchMax = 64

    struct Batch: Sendable {
        let bytes: [UInt8]
        let count: Int
        /// Nil after the last one.
        let next: AuditBookmark?
    }

    func batch(after bookmark: AuditBookmark?, limit: Int?, offset: Int = 0) async throws -> Batch {
        let page = try await trail.page(
            question, order, limit: min(Self.batchMax, limit ?? .max), offset: offset, after: bookmark, asOf: position)
        return Batch(bytes: page.records.flatMap(line), count: page.records.count, next: page.next)
    }

    private func line(_ record: AuditRecord) -> [UInt8] {
        switch format {
        case .csv: return record.csv(snapshots)
        case .json, .ndjson, .html:
            var writer = JSONWriter(reservingCapacity: 1024)
            record.write(to: &writer, snapshots)
            return writer.bytes + [UInt8(ascii: "\n")]
        }
    }

    /// - Throws: where the reader has gone, or the index or the log cannot be read any more: then the answer breaks off.
    func write(_ first: Batch, limit: Int?, to writer: inout any ResponseBodyWriter) async throws {
        if format == .csv { try await writer.write(ByteBuffer(bytes: AuditRecord.csvHeader)) }
        var (batch, left) = (first, limit.map { $0 - first.count })
        while true {
            if !batch.bytes.isEmpty { try await writer.write(ByteBuffer(bytes: batch.bytes)) }
            guard let next = batch.next, left != 0 else { return }
            try Task.checkCancellation()
            batch = try await self.batch(after: next, limit: left)
            left = left.map { $0 - batch.count }
        }
    }
}
