import GRDB
import VerdictTesting

/// An audit index that cannot be written while it is broken: a second connection adds a trigger to the file.
struct BrokenAudit {
    private let path: String

    init(in directory: TemporaryDirectory) {
        path = directory.file("audit.db")
    }

    func `break`() throws {
        try execute(
            "CREATE TRIGGER broken BEFORE UPDATE ON checkpoint BEGIN SELECT RAISE(ABORT, 'the disk is full'); END")
    }

    func repair() throws {
        try execute("DROP TRIGGER broken")
    }

    private func execute(_ sql: String) throws {
        let queue = try DatabaseQueue(path: path)
        try queue.writeWithoutTransaction { try $0.execute(sql: sql) }
        try queue.close()
    }
}
