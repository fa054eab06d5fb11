import EventLog
import GRDB

/// One consistent state of the read models, for the length of a query.
package struct ViewReader {
    let database: Database

    /// The last event that this state has seen.
    package func position() throws -> Position {
        try Checkpoint(database).position
    }

    /// Events that a projection could not take.
    package func deadLetterCount() throws -> Int {
        try Int.fetchOne(database.cachedStatement(sql: "SELECT count(*) FROM dead_letters")) ?? 0
    }
}
