import EventLog
import Foundation
import GRDB
import Testing
import VerdictTesting

/// What a program does that replicates the log by its write-ahead log, such as Litestream: it holds a read transaction, so
/// that nobody begins the write-ahead log again before it has read every frame, and makes checkpoints itself.
@Suite("A log that is replicated", .timeLimit(.minutes(1)))
struct ReplicationTests {
    /// A connection that holds a read transaction until it is released.
    private final class Replicator {
        private let queue: DatabaseQueue

        init(of path: String) throws {
            var configuration = Configuration()
            configuration.busyMode = .timeout(5)
            configuration.allowsUnsafeTransactions = true
            queue = try DatabaseQueue(path: path, configuration: configuration)
            try queue.inDatabase { database in
                try database.execute(sql: "PRAGMA wal_autocheckpoint = 0")
                // A table of its own, and one write to it, so that there is a frame to hold on to.
                try database.execute(
                    sql: "CREATE TABLE IF NOT EXISTS _replica_seq (id INTEGER PRIMARY KEY, seq INTEGER)")
                try hold(database)
            }
        }

        private func hold(_ database: Database) throws {
            try database.execute(
                sql: "INSERT INTO _replica_seq VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET seq = seq + 1")
            try database.execute(sql: "BEGIN")
            _ = try Int.fetchOne(database, sql: "SELECT count(*) FROM _replica_seq")
        }

        /// Lets go, carries the frames into the database, and holds on again.
        func checkpoint() throws {
            try queue.inDatabase { database in
                try database.execute(sql: "ROLLBACK")
                _ = try database.checkpoint(.passive)
                try hold(database)
            }
        }
    }

    private static func write(_ count: Int, _ name: String, to server: ServerProcess) async throws {
        for number in 0..<count {
            #expect(try await server.client.enqueue("\(name)\(number)").status == 200)
        }
    }

    @Test(
        "every frame stays that has not been read, while the server writes, stops, is killed and starts, and others look on"
    )
    func frames() async throws {
        var server = try await ServerProcess()
        let path = server.dataPath + "/events.db"
        let replicator = try Replicator(of: path)
        // What the replicator begins with: the database, and from here on its frames.
        let replica = server.directory.file("replica.db")
        try FileManager.default.copyItem(atPath: path, toPath: replica)
        var read = try WriteAheadLog(of: path)
        #expect(!read.frames.isEmpty)

        func expectEveryFrame(_ after: String) throws {
            let now = try WriteAheadLog(of: path)
            #expect(now.continues(read), "frames are gone after \(after)")
            #expect(now.frames.count > read.frames.count, "after \(after)")
            read = now
        }
        // Well over the thousand frames after which SQLite makes a checkpoint by itself.
        var rounds = 0
        while try WriteAheadLog(of: path).frames.count < 1100 {
            try await Self.write(50, "a\(rounds)-", to: server)
            rounds += 1
        }
        try expectEveryFrame("many writes")
        try await Self.write(1, "b", to: server)
        await server.terminate()
        try expectEveryFrame("a stop")
        server = try await server.startAgain()
        try await Self.write(1, "c", to: server)
        try expectEveryFrame("a start")
        await server.kill()
        server = try await server.startAgain()
        try await Self.write(1, "d", to: server)
        try expectEveryFrame("a kill")
        let backup = server.directory.file("backup")
        for arguments in [["backup", backup], ["verify", "--evidence"], ["user", "list"]] {
            let report = try await VerdictProcess.run(arguments + ["--data", server.dataPath])
            #expect(report.exit == .success, "\(report.errors)")
            try await Self.write(1, arguments[0], to: server)
            try expectEveryFrame("verdict \(arguments[0])")
        }

        // The database of the beginning and all frames since are the log.
        let events = try server.log.allEvents()
        await server.terminate()
        try WriteAheadLog(of: path).bytes.write(to: URL(fileURLWithPath: replica + "-wal"))
        #expect(try LogFile(path: replica).allEvents() == events)
        #expect(try LogFile(path: replica).isSound())
        withExtendedLifetime(replicator) {}
    }

    @Test("a replicator that makes the checkpoints itself disturbs nobody, and its tables none of ours")
    func checkpoints() async throws {
        let server = try await ServerProcess()
        let replicator = try Replicator(of: server.dataPath + "/events.db")
        for round in 0..<10 {
            try await Self.write(5, "r\(round)-", to: server)
            try replicator.checkpoint()
        }
        #expect(try await server.client.get("/readyz").status == 200)
        #expect(try server.log.isSound())
        await server.terminate()
        let again = try await server.startAgain()
        #expect(try await again.client.enqueue("after").status == 200)
        #expect(try await again.client.differences(from: LogFold(again.log.events())) == [])
    }

    @Test("a replica that is ahead of the last backup is restored with the keys and the evidence of that backup")
    func restored() async throws {
        let server = try await ServerProcess()
        try await Self.write(3, "before", to: server)
        let backup = server.directory.file("backup")
        let made = try await VerdictProcess.run(["backup", backup, "--data", server.dataPath])
        #expect(made.exit == .success, "\(made.errors)")
        try await Self.write(3, "after", to: server)
        await server.terminate()
        let events = try server.log.allEvents()
        // What a replicator restores: one file.
        let replica = server.directory.file("replica.db")
        try await DatabaseQueue(path: server.dataPath + "/events.db").vacuum(into: replica)
        let restored = server.directory.file("restored")
        let report = try await VerdictProcess.run(["restore", backup, "--log", replica, "--data", restored])
        #expect(report.exit == .success, "\(report.errors)")
        #expect(report.output.contains("the log up to event \(events.count), from \(replica)"))
        let again = try await ServerProcess(in: server.directory, dataPath: restored)
        let now = try again.log.allEvents()
        #expect(Array(now.prefix(events.count)) == events)
        #expect(now[events.count].type == "log.restored.v1")
        #expect(try await again.client.get("/readyz")["notice"]?.stringValue?.contains("to a replica at") == true)
        await again.terminate()
        #expect(try await VerdictProcess.run(["verify", "--evidence", "--data", restored]).exit == .success)
    }
}
