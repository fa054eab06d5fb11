import EventLog
import Foundation
import GRDB

/// What lies in the two slots of a model at a start: the file to go on with, if any can be used.
struct FoundViews {
    /// Up to this size a start checks every page of a file; the check of a larger one would delay the start.
    private static let checkedSizeBytesMax = 16 << 20

    let usable: ViewsFile?
    /// Why there is none; nil where there is one.
    let reason: Views.RebuildReason?

    /// Looks into both slots and clears what is not gone on with: what a build left that was killed, and what a newer file
    /// has replaced.
    ///
    /// - Throws: `EventStoreError` where the log cannot be read, `ViewsFileError`.
    init(in slots: ViewsSlots, _ model: ViewsModel, log: any EventStore) throws {
        var best: ViewsFile?
        var reasons: [Views.RebuildReason] = []
        for path in slots.all where FileManager.default.fileExists(atPath: path) {
            switch try Self.judge(path, model, log) {
            case .success(let file):
                let (kept, left) = file.generation > best?.generation ?? -1 ? (file, best) : (best, file)
                best = kept
                try left?.close()
            case .failure(let unfit): reasons.append(unfit.reason)
            }
        }
        for path in slots.all where path != best?.path { try ViewsSlots.clear(path) }
        usable = best
        // A build that was not finished says nothing about the views that it was to replace.
        reason = best == nil ? reasons.first { $0 != .unfinished } ?? reasons.first ?? .missing : nil
    }

    private struct Unfit: Error {
        let reason: Views.RebuildReason
    }

    private static func judge(
        _ path: String, _ model: ViewsModel, _ log: any EventStore
    ) throws -> Result<ViewsFile, Unfit> {
        do {
            let pool = try ViewsFile.openPool(path, model)
            let judged = try judge(pool, model, path, log)
            switch judged {
            case .success(let record):
                return .success(ViewsFile(path: path, generation: record.generation, pool: pool))
            case .failure(let unfit):
                try pool.close()
                return .failure(unfit)
            }
        } catch let error as DatabaseError {
            return .failure(Unfit(reason: error.resultCode == .SQLITE_READONLY ? .readOnly : .damaged))
        }
    }

    private static func judge(
        _ pool: DatabasePool, _ model: ViewsModel, _ path: String, _ log: any EventStore
    ) throws -> Result<SlotRecord, Unfit> {
        let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
        return try pool.read { database in
            guard try Int.fetchOne(database, sql: "PRAGMA user_version") == model.version else {
                return .failure(Unfit(reason: .otherSchema))
            }
            let record = try SlotRecord(database)
            guard record.isComplete else { return .failure(Unfit(reason: .unfinished)) }
            if size <= checkedSizeBytesMax {
                guard try String.fetchOne(database, sql: "PRAGMA quick_check(1)") == "ok" else {
                    return .failure(Unfit(reason: .damaged))
                }
            }
            let checkpoint = try Checkpoint(database)
            // Read models see nothing that is not on the disk: those that are ahead prove that the log has lost something,
            // and are not thrown away.
            guard try checkpoint.position > log.lastPosition || checkpoint.belongs(to: log) else {
                return .failure(Unfit(reason: .otherLog))
            }
            return .success(record)
        }
    }
}
