import GRDB

/// A table that cannot be written while it is broken: a second connection adds a trigger to the file.
package struct BrokenTable {
    private let path: String
    private let change: String

    /// The log refuses every event.
    package static func log(in directory: TemporaryDirectory) -> BrokenTable {
        BrokenTable(path: directory.file("events.db"), change: "INSERT ON events")
    }

    /// The views cannot move their checkpoint.
    package static func views(in directory: TemporaryDirectory) -> BrokenTable {
        BrokenTable(path: directory.file("views.db"), change: "UPDATE ON checkpoint")
    }

    /// The audit index cannot move its checkpoint.
    package static func audit(in directory: TemporaryDirectory) -> BrokenTable {
        BrokenTable(path: directory.file("audit.db"), change: "UPDATE ON checkpoint")
    }

    package func `break`() throws {
        try execute(
            "CREATE TRIGGER broken BEFORE \(change) BEGIN SELECT RAISE(ABORT, 'the disk is full'); END")
    }

    package func repair() throws {
        try execute("DROP TRIGGER broken")
    }

    private func execute(_ sql: String) throws {
        var configuration = Configuration()
        // The ledger may be trying just now.
        configuration.busyMode = .timeout(5)
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.writeWithoutTransaction { try $0.execute(sql: sql) }
        try queue.close()
    }
}
