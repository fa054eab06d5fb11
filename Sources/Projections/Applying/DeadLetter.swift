import EventLog
import GRDB

/// An event that a projection could not take, with the reason. It stops nothing else.
package struct DeadLetter: Sendable, Hashable {
    /// What stands for the projections where the event cannot even be read.
    static let decoder = "decoder"

    package let projection: String
    package let position: Position
    package let reason: String
    /// Nil while it is open.
    package let skip: Skip?

    /// How it was set aside.
    package struct Skip: Sendable, Hashable {
        /// Of the event that says so.
        package let position: Position
        package let reason: String
        package let actor: String
    }

    static func bury(
        _ position: Position, for projection: String, because reason: String, in database: Database
    ) throws {
        try database.execute(
            sql: """
                INSERT INTO dead_letters (projection, position, reason) VALUES (?, ?, ?)
                ON CONFLICT DO UPDATE SET reason = excluded.reason
                """, arguments: [projection, position, reason])
    }
}
