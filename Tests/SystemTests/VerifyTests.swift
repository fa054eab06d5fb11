import EventLog
import Foundation
import GRDB
import Testing
import VerdictTesting

@Suite("verdict verify", .timeLimit(.minutes(1)))
struct VerifyTests {
    private let directory: TemporaryDirectory
    private let copy: String

    init() throws {
        directory = try TemporaryDirectory()
        copy = directory.file("copy")
    }

    private func verify(_ path: String, _ arguments: String...) async throws -> VerdictProcess.Report {
        try await VerdictProcess.run(["verify", "--data", path] + arguments)
    }

    /// Damages a fresh copy, and expects these findings.
    private func expect(
        _ findings: String..., of server: StoppedServer, after damage: (String) throws -> Void,
        location: SourceLocation = #_sourceLocation
    ) async throws {
        try? FileManager.default.removeItem(atPath: copy)
        try server.copy(to: copy)
        try damage(copy)
        let report = try await verify(copy)
        #expect(report.exit.code == 1, "\(report.output)\(report.errors)", sourceLocation: location)
        for finding in findings {
            #expect(report.output.contains("WRONG: \(finding)"), "\(report.output)", sourceLocation: location)
        }
        #expect(report.errors.isEmpty, sourceLocation: location)
    }

    /// Turns over a bit of the one place where these bytes stand.
    private func flip(_ bytes: String, plus distance: Int = 0, mask: UInt8 = 1, in path: String) throws {
        let file = DamagedFile(path: path)
        let offset = try #require(try file.offset(of: Array(bytes.utf8)), "\(bytes) does not stand there once")
        try file.flip(at: offset + distance, mask: mask)
    }

    @Test("a sound directory is sound, without evidence and with it, and nothing is changed by looking")
    func sound() async throws {
        let log = try await MadeLog(events: 300)
        let bare = try await verify(log.path)
        #expect(bare.exit == .success, "\(bare.output)\(bare.errors)")
        #expect(bare.output.contains("events.db: 300 events, without a gap"))
        #expect(!bare.output.contains("evidence"))

        let server = try await StoppedServer()
        let names = ["events.db", "views.db", "evidence.key", "evidence/checkpoint"]
        let before = try names.map { try Data(contentsOf: URL(fileURLWithPath: "\(server.path)/\($0)")) }
        let whole = try await verify(server.path)
        #expect(whole.exit == .success, "\(whole.output)\(whole.errors)")
        #expect(whole.output.contains("views.db: the file is sound"))
        #expect(whole.output.contains("evidence: agrees with the last published checkpoint"))
        #expect(whole.output.hasSuffix("\nEverything is as it should be.\n"))
        #expect(try names.map { try Data(contentsOf: URL(fileURLWithPath: "\(server.path)/\($0)")) } == before)
    }

    @Test("a byte that changes inside of an event is found, and the event is named")
    func eventBytes() async throws {
        let server = try await StoppedServer()
        let event = try #require(
            try server.events.allEvents().first { $0.position > 90 && $0.type == "decision.rejected.v1" })
        let damaged = "the event at position \(event.position) is damaged: "
        let payload = #"{"decision_id":"\#(event.decisionID)","operator_id""#
        // The columns of a row stand side by side: stream, version in one byte, type, id, time, actor, payload.
        let row = "\(event.stream)\(Unicode.Scalar(UInt8(event.version)))\(event.type)"
        // A letter inside of the words: only the evidence knows that it was another one.
        try await expect(
            "evidence: not as they were hashed when they were logged: the events \(event.position)\n", of: server
        ) { try flip(payload, plus: payload.utf8.count + 3, in: $0 + "/events.db") }
        try await expect("events.db: \(damaged)its payload is no JSON", of: server) {
            try flip(payload, mask: 2, in: $0 + "/events.db")
        }
        try await expect("events.db: \(damaged)its type decision.reject", of: server) {
            try flip(row, plus: row.utf8.count - 4, in: $0 + "/events.db")
        }
        try await expect(
            "events.db: row \(event.position) missing from index",
            "events.db: \(damaged)it stands in the stream decision/", of: server
        ) { try flip(row, plus: 12, in: $0 + "/events.db") }
        try await expect("events.db: \(damaged)its id", of: server) {
            // The high half of the seventh byte of the id is its version.
            try flip(row, plus: row.utf8.count + 6, mask: 0x10, in: $0 + "/events.db")
        }
    }

    @Test("behind the last full tile the evidence says from where on something was changed")
    func lastEvents() async throws {
        let server = try await StoppedServer()
        let all = try server.events.allEvents()
        let event = try #require(all.last { $0.type == "decision.escalated.v1" })
        #expect(event.position > 256 && all.count < 512)
        try await expect(
            "evidence: the first \(all.count) events are not those that the last published checkpoint covers: one at least of "
                + "the events 257 to \(all.count) was changed", of: server
        ) { path in
            let payload = #"{"decision_id":"\#(event.decisionID)","type":"timeout""#
            try flip(payload, plus: payload.utf8.count + 20, in: path + "/events.db")
        }
    }

    @Test("a page that is damaged is named, with its place in the file or the events that stood in it")
    func pages() async throws {
        let server = try await StoppedServer()
        let (leaf, index, queue) = try (
            Self.leaf(of: "events", in: server.path + "/events.db"),
            Self.leaf(of: "sqlite_autoindex_events_1", in: server.path + "/events.db"),
            Self.leaf(of: "decisions_by_request", in: server.path + "/views.db")
        )
        try await expect(
            "events.db: table events: database disk image is malformed", "events.db: the events ", of: server
        ) {
            try DamagedFile(path: $0 + "/events.db").flip(at: leaf * 4096)
        }
        // Which of the words of SQLite it is depends on the bytes of that page.
        try await expect("events.db: ", "events.db: table events: ", of: server) {
            try DamagedFile(path: $0 + "/events.db").flip(at: leaf * 4096 + 4)
        }
        #expect(try await verify(copy).output.contains("(bytes \(leaf * 4096) to \(leaf * 4096 + 4095) of the file)"))
        try await expect("events.db: table events: ", "events.db: the index of the streams cannot be read ", of: server)
        {
            try DamagedFile(path: $0 + "/events.db").flip(at: index * 4096)
        }
        try await expect("views.db: table decisions: database disk image is malformed", of: server) {
            try DamagedFile(path: $0 + "/views.db").flip(at: queue * 4096)
        }
        try await expect("views.db: ", of: server) { path in
            // Somewhere in the keys of the index.
            try DamagedFile(path: path + "/views.db").flip(at: queue * 4096 + 4090)
        }
    }

    /// The number, from 0, of a leaf page of that table or index.
    private static func leaf(of name: String, in path: String) throws -> Int {
        let sql = "SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf' ORDER BY pageno DESC LIMIT 1"
        let page = try DatabaseQueue(path: path).read { try Int.fetchOne($0, sql: sql, arguments: [name]) }
        return try #require(page) - 1
    }

    @Test("a byte of the header of any file is named by its offset")
    func headers() async throws {
        let server = try await StoppedServer(events: 60)
        for (file, offset, says) in [
            ("events.db", 3, "byte 3 of the header"), ("events.db", 70, "bytes 68 to 71 of the header"),
            ("views.db", 0, "byte 0 of the header"), ("views.db", 80, "bytes 80 to 87 of the header"),
        ] {
            try await expect("\(file): \(says)", of: server) {
                try DamagedFile(path: "\($0)/\(file)").flip(at: offset)
            }
        }
    }

    @Test("what somebody with a SQLite tool has done is found: rows taken away, ids doubled, guards removed")
    func edits() async throws {
        let server = try await StoppedServer()
        let all = try server.events.allEvents()
        let second = try #require(all.first { $0.version == 2 && $0.position < 600 })
        func tamper(_ path: String, _ sql: String) throws { try LogInWrongHands(path + "/events.db").tamper(sql) }
        try await expect(
            "events.db: the event 5: missing", "events.db: the events 40 to 42: missing",
            "evidence: the event at position 5 is damaged: it is not there", of: server
        ) { try tamper($0, "DELETE FROM events WHERE position IN (5, 40, 41, 42)") }
        try await expect(
            "events.db: the stream \(second.stream): the event \(second.position) has the version 2, where 1 comes next",
            of: server
        ) { try tamper($0, "DELETE FROM events WHERE stream = '\(second.stream)' AND version = 1") }
        try await expect("events.db: the events 60 and 70 have the same id ", of: server) {
            try tamper($0, "UPDATE events SET id = (SELECT id FROM events WHERE position = 60) WHERE position = 70")
        }
        try await expect("events.db: the event at position 9 is damaged: its metadata is no JSON object", of: server) {
            try tamper($0, "UPDATE events SET metadata = '[]' WHERE position = 9")
        }
        try await expect("events.db: the event at position 9 is damaged: its recorded_at is in no year", of: server) {
            try tamper($0, "UPDATE events SET recorded_at = -9000000000000000000 WHERE position = 9")
        }
        try await expect("events.db: the trigger events_are_never_updated is missing", of: server) { path in
            try DatabaseQueue(path: path + "/events.db").write {
                try $0.execute(sql: "DROP TRIGGER events_are_never_updated")
            }
        }
        try await expect(
            "events.db: the trigger later is none of verdict's",
            "events.db: the trigger events_are_never_deleted is not as",
            of: server
        ) { path in
            try DatabaseQueue(path: path + "/events.db").write { database in
                try database.execute(
                    sql: """
                        DROP TRIGGER events_are_never_deleted;
                        CREATE TRIGGER events_are_never_deleted BEFORE DELETE ON events BEGIN SELECT 1; END;
                        CREATE TRIGGER later AFTER INSERT ON events BEGIN SELECT 1; END;
                        """)
            }
        }
    }

    @Test("whatever byte of the log is damaged, the check ends by itself and says what it has found", arguments: 1...6)
    func anyByte(seed: Int) async throws {
        let log = try await MadeLog(events: 120)
        var state = UInt64(seed)
        let size = try Data(contentsOf: URL(fileURLWithPath: log.file)).count
        for _ in 1...3 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            try DamagedFile(path: log.file).flip(
                at: Int(state >> 33) % size, mask: 1 << UInt8(state >> 61))
        }
        let report = try await verify(log.path)
        #expect(!report.exit.isSignal && report.errors.isEmpty, "\(report.errors)")
        #expect(
            (report.exit.code == 0) == report.output.hasSuffix("Everything is as it should be.\n"), "\(report.output)")
    }

    @Test("beside a server that records, it finds nothing wrong, again and again, and the server notices nothing")
    func besideServer() async throws {
        let server = try await ServerProcess()
        let client = server.client
        let load = Task {
            var failures = 0
            var number = 0
            while !Task.isCancelled {
                number += 1
                let answer = try? await client.enqueue("d\(number)")
                if let answer, answer.status != 200 { failures += 1 }
            }
            return failures
        }
        for _ in 1...3 {
            let report = try await verify(server.dataPath)
            #expect(report.exit == .success, "\(report.output)\(report.errors)")
        }
        load.cancel()
        #expect(await load.value == 0)
    }

    @Test("files that are empty, cut off or none at all are said to be")
    func noFiles() async throws {
        let missing = try await verify(directory.file("none"))
        #expect(missing.exit.code == 1 && missing.errors.contains("holds no log"))
        let server = try await StoppedServer(events: 60)
        try await expect("events.db: the header is cut off at byte 0 of 100", of: server) {
            try Data().write(to: URL(fileURLWithPath: $0 + "/events.db"))
        }
        try await expect("events.db: ", of: server) { path in
            let file = try FileHandle(forUpdating: URL(fileURLWithPath: path + "/events.db"))
            try file.truncate(atOffset: 20_000)
            try file.close()
        }
        try await expect("views.db: byte 0 of the header", of: server) {
            try Data(repeating: 120, count: 5000).write(to: URL(fileURLWithPath: $0 + "/views.db"))
        }
        try await expect("evidence: ", of: server) {
            try Data("x".utf8).write(to: URL(fileURLWithPath: $0 + "/evidence/checkpoint"))
        }
    }
}
