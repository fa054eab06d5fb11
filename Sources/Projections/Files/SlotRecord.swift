import GRDB

/// What a file of read models says of itself.
struct SlotRecord {
    let generation: Int
    /// Whether everything up to its checkpoint was written and synced.
    let isComplete: Bool

    /// - Throws: `DatabaseError` where the file says nothing.
    init(_ database: Database) throws {
        guard let row = try Row.fetchOne(database, sql: "SELECT generation, is_complete FROM slot") else {
            throw DatabaseError(
                resultCode: .SQLITE_CORRUPT, message: "the file of read models does not say which it is")
        }
        generation = row[0]
        isComplete = row[1]
    }

    /// Says that the file is complete, and returns when that is on the disk, as all must be that was written before.
    static func complete(_ pool: DatabasePool, generation: Int) throws {
        try pool.writeWithoutTransaction { database in
            try database.execute(sql: "PRAGMA synchronous = FULL")
            try database.execute(sql: "UPDATE slot SET generation = ?, is_complete = 1", arguments: [generation])
            try database.execute(sql: "PRAGMA synchronous = NORMAL")
        }
    }
}
