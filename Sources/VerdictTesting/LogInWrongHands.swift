import GRDB

/// A log in the hands of somebody who may do everything with its file.
package struct LogInWrongHands: Sendable {
    package let path: String

    package init(_ path: String) { self.path = path }

    /// Runs SQL without the triggers that keep the log append-only, and leaves them as they were.
    package func tamper(_ sql: String) throws {
        let database = try DatabaseQueue(path: path)
        // Without a transaction around it: there are statements that cannot stand in one.
        try database.writeWithoutTransaction { database in
            let triggers = try Row.fetchAll(database, sql: "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            for trigger in triggers { try database.execute(sql: "DROP TRIGGER \(trigger["name"] as String)") }
            try database.execute(sql: sql)
            for trigger in triggers { try database.execute(sql: trigger["sql"] as String) }
        }
        try database.close()
    }
}
