import EventLog
import Foundation
import GRDB

/// Copies a log that others may be writing to.
package enum LogCopy {
    /// Pages between two pauses: 256 KiB with pages of the usual size.
    private static let pagesPerStep: CInt = 64

    /// Copies what is in the log now, and nothing of what comes while it is copied.
    ///
    /// One read transaction lasts from the first page to the last. Without it every step would take the newest state, and
    /// SQLite begins a copy again when another process has written between two steps
    /// (<https://www.sqlite.org/c3ref/backup_finish.html>): beside a busy server it would never end. The price is that
    /// the write-ahead log cannot be used from its start again meanwhile, and grows by what is written.
    ///
    /// The copy needs no write-ahead log beside it, and can be read where nobody may write.
    ///
    /// - Parameter target: an empty file, or none.
    /// - Returns: where the copied log ends; nil for a log without events.
    /// - Throws: `EventStoreError.unavailable`.
    package static func copy(from source: String, to target: String, pace: Pace) throws -> LogEnd? {
        let log = try LogReader(path: source)
        defer { try? log.close() }
        do {
            let queue = try DatabaseQueue(path: target)
            let end = try log.reading { sourceDatabase in
                // The transaction takes its state with its first look.
                let end = try sourceDatabase.lastEvent()
                let pageSizeBytes = try Int.fetchOne(sourceDatabase, sql: "PRAGMA page_size") ?? 4096
                try queue.writeWithoutTransaction { targetDatabase in
                    try sourceDatabase.backup(to: targetDatabase, pagesPerStep: pagesPerStep) { progress in
                        if !progress.isCompleted { pace.take(Int(pagesPerStep) * pageSizeBytes) }
                    }
                }
                return end
            }
            try makeSelfContained(queue)
            try queue.close()
            return end
        } catch let error as DatabaseError {
            throw error.ofLog
        }
    }

    /// Makes one file of a log that needs a write-ahead log beside it.
    ///
    /// - Throws: `EventStoreError.unavailable`.
    package static func makeSelfContained(_ path: String) throws {
        do {
            let queue = try DatabaseQueue(path: path)
            try makeSelfContained(queue)
            try queue.close()
        } catch let error as DatabaseError {
            throw error.ofLog
        }
    }

    private static func makeSelfContained(_ queue: DatabaseQueue) throws {
        let mode = try queue.writeWithoutTransaction { try String.fetchOne($0, sql: "PRAGMA journal_mode = DELETE") }
        guard mode == "delete" else {
            throw EventStoreError.unavailable("the copy stays in journal mode \(mode ?? "unknown")")
        }
    }
}
