import Foundation
import GRDB
import Testing
import VerdictTesting

@Suite("verdict rebuild", .timeLimit(.minutes(1)))
struct RebuildTests {
    private let directory: TemporaryDirectory
    private let copy: String

    init() throws {
        directory = try TemporaryDirectory()
        copy = directory.file("copy")
    }

    private func run(_ arguments: String...) async throws -> VerdictProcess.Report {
        try await VerdictProcess.run(arguments + ["--data", copy])
    }

    private func change(_ file: String, _ sql: String) throws {
        try DatabaseQueue(path: "\(copy)/\(file)").writeWithoutTransaction { database in
            try database.execute(sql: sql)
            #expect(database.changesCount > 0)
            _ = try database.checkpoint(.truncate)
        }
    }

    /// Names of the files, and the bytes of those that hold something.
    private func files() throws -> [String: Data] {
        let names = try FileManager.default.contentsOfDirectory(atPath: copy).filter {
            !$0.hasSuffix("-shm") && !$0.hasSuffix("-wal") && $0 != "evidence" && $0 != "keys"
        }
        return try Dictionary(
            uniqueKeysWithValues: names.map { ($0, try Data(contentsOf: URL(fileURLWithPath: "\(copy)/\($0)"))) })
    }

    private static let damages: [(file: String, sql: String, place: String, what: String)] = [
        (
            "views.db",
            """
            UPDATE decisions SET reasoning = 'harmless' WHERE decision_id = (SELECT min(decision_id) FROM decisions);
            DELETE FROM operators WHERE operator_id = (SELECT min(operator_id) FROM operators);
            """, "decisions, submitted_position ", "not what the log says: reasoning"
        ),
        (
            "views.db", "UPDATE users SET role = 'viewer' WHERE username = 'admin'", "users, username admin: ",
            "not what the log says: role"
        ),
        ("views.db", "DELETE FROM decision_counts", "decision_counts, status ", "the row is missing"),
        (
            "views.db", "INSERT INTO idempotency_keys VALUES ('mine', 'x', 1, 1)",
            "idempotency_keys, idempotency_key mine: ", "there is no such row by the log"
        ),
        (
            "audit.db", "UPDATE entries SET actor = actor + 1 WHERE place = 40", "entries, place 40: ",
            "not what the log says: actor"
        ),
        ("audit.db", "DELETE FROM entries WHERE place = 80", "entries, place 80: ", "the row is missing"),
    ]

    @Test("a row that was changed, taken away or added is named by the check, and built again")
    func rows() async throws {
        let server = try await StoppedServer(events: 60)
        for damage in Self.damages {
            try? FileManager.default.removeItem(atPath: copy)
            try server.copy(to: copy)
            try change(damage.file, damage.sql)
            let before = try files()
            let check = try await run("rebuild", "--check")
            #expect(check.exit.code == 1)
            let line = check.output.split(separator: "\n").first {
                $0.hasPrefix("WRONG: \(damage.file): \(damage.place)")
            }
            #expect(line?.hasSuffix(damage.what) == true, "\(check.output)\(check.errors)")
            #expect(try files() == before)
            let verified = try await run("verify")
            #expect(verified.exit.code == 1 && verified.output.contains(line ?? "?"), "\(verified.output)")

            let rebuilt = try await run("rebuild")
            #expect(rebuilt.exit == .success && rebuilt.output.contains("\(damage.file): built again from "))
            let after = try await run("rebuild", "--check")
            #expect(after.exit == .success, "\(after.output)")
        }
        let whole = try await run("verify")
        #expect(whole.output.hasSuffix("\nEverything is as it should be.\n"), "\(whole.output)")
    }

    @Test("a tile that was damaged is named, and written again from the log")
    func tile() async throws {
        let server = try await StoppedServer()
        try server.copy(to: copy)
        let path = "\(copy)/evidence/tile/0/000"
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        for damaged in [Data(whole.reversed()), Data(whole.prefix(100)), Data()] {
            try damaged.write(to: URL(fileURLWithPath: path))
            let found = try await run("verify")
            #expect(found.exit.code == 1)
            #expect(found.output.contains("evidence: tile/0/000 is not the tile of these events"), "\(found.output)")
            let rebuilt = try await run("rebuild")
            #expect(rebuilt.output.contains("1 was wrong"), "\(rebuilt.output)\(rebuilt.errors)")
            #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == whole)
            let verified = try await run("verify")
            #expect(verified.exit == .success, "\(verified.output)")
        }
    }

    @Test("an index that somebody took away comes back, and what is none of ours is named and goes")
    func items() async throws {
        try await StoppedServer(events: 60).copy(to: copy)
        try await DatabaseQueue(path: copy + "/views.db").write { database in
            try database.execute(
                sql: """
                    DROP INDEX decisions_due;
                    CREATE TABLE notes (a);
                    CREATE TRIGGER lies AFTER INSERT ON decisions BEGIN DELETE FROM decision_counts; END
                    """)
        }
        let check = try await run("rebuild", "--check")
        for finding in [
            "the index decisions_due is missing", "the table notes is none of verdict's",
            "the trigger lies is none of verdict's",
        ] {
            #expect(check.output.contains("WRONG: views.db: \(finding)\n"), "\(check.output)")
        }
        #expect(try await run("rebuild").exit == .success)
        #expect(try await run("rebuild", "--check").exit == .success)
    }

    @Test("an event that was changed is found by the views that still say otherwise, and no rebuild hides it")
    func event() async throws {
        try await StoppedServer(events: 60).copy(to: copy)
        try LogInWrongHands(copy + "/events.db").tamper(
            """
            UPDATE events SET data = replace(data, '"risk_level":"high"', '"risk_level":"low"')
            WHERE position = (
                SELECT min(position) FROM events
                WHERE type = 'decision.submitted.v1' AND instr(data, '"risk_level":"high"') > 0
            )
            """)
        let verified = try await run("verify")
        #expect(verified.exit.code == 1)
        #expect(verified.output.contains("not what the log says: queue_rank"), "\(verified.output)")
        #expect(verified.output.contains("WRONG: audit.db: entries, place "))
        #expect(verified.output.contains("WRONG: evidence: "))
        // The tiles are left alone: what was published is not what the log says now.
        let rebuilt = try await run("rebuild")
        #expect(rebuilt.exit.code == 1 && rebuilt.output.contains("audit.db: built again"), "\(rebuilt.output)")
        #expect(rebuilt.errors.contains("the log was changed"), "\(rebuilt.errors)")
        let again = try await run("verify")
        #expect(again.exit.code == 1)
        #expect(!again.output.contains("WRONG: views.db"))
        #expect(again.output.contains("WRONG: evidence: "), "\(again.output)")
    }

    @Test(
        "files that are damaged or not there are built again, and where nobody sits at a terminal each tenth has a line"
    )
    func damagedFiles() async throws {
        try await StoppedServer(events: 60).copy(to: copy)
        try FileManager.default.removeItem(atPath: copy + "/audit.db")
        try DamagedFile(path: copy + "/views.db").flip(at: 3)
        let check = try await run("rebuild", "--check")
        #expect(check.exit.code == 1)
        #expect(check.output.contains("WRONG: audit.db: not compared with the log: there is none"), "\(check.output)")
        #expect(check.output.contains("WRONG: views.db: it cannot be compared with the log: "))
        let rebuilt = try await run("rebuild")
        #expect(rebuilt.exit == .success)
        #expect(rebuilt.errors.contains("building views.db: ") && rebuilt.errors.contains("(100 %)\n"))
        #expect(try await run("verify").exit == .success)
    }

    @Test("beside a running server the check works and a rebuild is refused with a sentence")
    func running() async throws {
        try await StoppedServer(events: 60).copy(to: copy)
        let server = try await ServerProcess(dataPath: copy)
        _ = try await server.client.enqueue("meanwhile", [:])
        let check = try await run("rebuild", "--check")
        #expect(check.exit == .success, "\(check.output)\(check.errors)")
        #expect(check.output.contains("views.db: all "))
        let rebuild = try await run("rebuild")
        #expect(rebuild.exit.code == 1)
        #expect(rebuild.errors.contains("stop that server first, or ask it to build its views again"))
        await server.terminate()
    }

    @Test("without a log there is nothing to build, and nothing is made")
    func noLog() async throws {
        for arguments in [["rebuild"], ["rebuild", "--check"]] {
            let report = try await VerdictProcess.run(arguments + ["--data", copy])
            #expect(report.exit.code == 1)
            #expect(report.errors.contains("holds no log"))
        }
        #expect(!FileManager.default.fileExists(atPath: copy))
    }
}
