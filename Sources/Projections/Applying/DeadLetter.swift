import EventLog
import GRDB

/// An event that a projection could not take, with the reason. It stops nothing else.
package struct DeadLetter: Sendable {
    /// What stands for the projections where the event cannot even be read.
    static let decoder = "decoder"

    package let projection: String
    package let position: Position
    package let reason: String

    static func bury(
        _ position: Position, for projection: String, because reason: String, in database: Database
    ) throws {
        try database.execute(
            sql: "INSERT OR REPLACE INTO dead_letters VALUES (?, ?, ?)", arguments: [projection, position, reason])
    }
}
