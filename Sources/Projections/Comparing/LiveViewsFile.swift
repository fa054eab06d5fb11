import Foundation
import GRDB

/// The file of a model that counts, opened by somebody who only reads, also while a server writes it.
enum LiveViewsFile {
    /// A file that is being built is held by its builder for so long that waiting for it helps nobody; anybody else lets go
    /// sooner.
    private static let busySeconds = 1.0

    enum Found {
        case open(DatabaseQueue)
        /// Nothing to be compared, for that reason.
        case none(String)
    }

    /// - Throws: `DatabaseError` where a file is damaged.
    static func find(_ model: ViewsModel, in slots: ViewsSlots) throws -> Found {
        var best: (queue: DatabaseQueue, generation: Int)?
        var reason = "there is none"
        for path in slots.all where FileManager.default.fileExists(atPath: path) {
            let queue: DatabaseQueue
            do {
                queue = try open(path)
                let judged = try queue.read { try judge($0, model) }
                switch judged {
                case .success(let record) where record.isComplete && record.generation > best?.generation ?? -1:
                    try best?.queue.close()
                    best = (queue, record.generation)
                case .success:
                    reason = "it was not finished"
                    try queue.close()
                case .failure:
                    reason = "it is of another version of verdict"
                    try queue.close()
                }
            } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
                reason = "it is being made"
            }
        }
        return best.map { .open($0.queue) } ?? .none(reason)
    }

    private static func open(_ path: String) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.label = "compare"
        configuration.readonly = true
        configuration.busyMode = .timeout(busySeconds)
        return try DatabaseQueue(path: path, configuration: configuration)
    }

    private struct OtherVersion: Error {}

    private static func judge(_ database: Database, _ model: ViewsModel) throws -> Result<SlotRecord, OtherVersion> {
        guard try Int.fetchOne(database, sql: "PRAGMA user_version") == model.version else {
            return .failure(OtherVersion())
        }
        return .success(try SlotRecord(database))
    }
}
