import EventLog
import GRDB

extension Views {
    /// Makes the read models at `path` anew from the whole log, for a directory that nobody serves. What was there stays until
    /// the new file is complete.
    ///
    /// - Parameter report: hears how far the build has come.
    /// - Returns: the last event that they have seen.
    /// - Throws: `DatabaseError`, `EventStoreError`, `ViewsFileError`.
    package static func remake(
        path: String, model: ViewsModel, from log: any EventStore,
        report: @escaping @Sendable (BuildProgress) -> Void = { _ in }
    ) throws -> Position {
        let slots = ViewsSlots(path: path)
        let old = try FoundViews(in: slots, model, log: log).usable
        try old?.close()
        let build = ViewsBuild(
            model: model, path: old.map { slots.other(than: $0.path) } ?? slots.first, report: report)
        let new = try build.finishedFile(from: log, generation: (old?.generation ?? 0) + 1)
        let position = try new.pool.read { try Checkpoint($0).position }
        try new.close()
        if let old { try ViewsSlots.clear(old.path) }
        return position
    }
}
