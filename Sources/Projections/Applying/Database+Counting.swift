import GRDB

extension Database {
    /// Changes the row of a key, and makes it where there is none yet.
    ///
    /// Two plain statements, and nowhere a trigger: of an upsert, and of whatever fires a trigger, SQLite keeps a journal
    /// that holds every page as it was before the statement, which costs a third on top.
    ///
    /// - Parameter values: of both statements, by number (`?1`).
    /// - Throws: `DatabaseError`.
    func change(_ update: String, orElse insert: String, _ values: [BoundValue]) throws {
        try run(update, values)
        if changesCount == 0 { try run(insert, values) }
    }
}
