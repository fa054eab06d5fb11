import EventLog
import GRDB

/// One consistent state of the read models, for the length of a query.
package struct ViewReader {
    let database: Database

    /// The last event that this state has seen.
    package func position() throws -> Position {
        try Checkpoint(database).position
    }
}
