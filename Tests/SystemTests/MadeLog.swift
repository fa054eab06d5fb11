import EventLog
import Foundation
import GRDB
import VerdictTesting

/// Data directories that `verdict` has made, and what else may stand in a log.
struct MadeLog {
    let directory: TemporaryDirectory
    let path: String

    /// A made-up log of so many events.
    init(events: Int, seed: Int = 1, operators: Int = 5) async throws {
        directory = try TemporaryDirectory()
        path = directory.file("data")
        let report = try await VerdictProcess.run([
            "generate", "--events", String(events), "--seed", String(seed), "--operators", String(operators),
            "--data", path,
        ])
        guard report.exit == .success else { throw NotMade(errors: report.errors) }
    }

    struct NotMade: Error {
        let errors: String
    }

    var file: String { path + "/events.db" }

    /// Appends a row as another program would: nothing of it is looked at.
    func append(
        stream: String, type: String = "test.odd.v1", actor: String = "agent:x", data: String, metadata: String = "{}"
    )
        throws
    {
        try DatabaseQueue(path: file).write { database in
            let position = try Int.fetchOne(database, sql: "SELECT max(position) + 1 FROM events") ?? 1
            let id = EventID(at: Timestamp(microseconds: 1_800_000_000_123_456), random: UInt64(position))
            try database.execute(
                sql: """
                    INSERT INTO events VALUES (
                        ?1, CAST(?2 AS TEXT),
                        (SELECT coalesce(max(version), 0) + 1 FROM events WHERE stream = CAST(?2 AS TEXT)), ?3, ?4, ?5,
                        CAST(?6 AS TEXT), CAST(?7 AS TEXT), ?8)
                    """,
                arguments: [
                    position, Data(stream.utf8), type, Data(id.bytes), 1_800_000_000_123_456 + position,
                    Data(actor.utf8), Data(data.utf8), metadata,
                ])
        }
    }

    /// Every value of every row.
    static func rows(_ file: String, to last: Int = .max) throws -> [[DatabaseValue]] {
        try DatabaseQueue(path: file).read { database in
            let sql = """
                SELECT position, CAST(stream AS BLOB), version, type, id, recorded_at, CAST(actor AS BLOB),
                    CAST(data AS BLOB), CAST(metadata AS BLOB)
                FROM events WHERE position <= ? ORDER BY position
                """
            return try Row.fetchAll(database, sql: sql, arguments: [last]).map { Array($0.databaseValues) }
        }
    }

    /// Appends what no server writes today, and every log must be able to keep.
    func appendOddities() throws {
        let large = String(repeating: "ü", count: 24_575)
        let payloads = [
            "null", "\"text\"", "[]", "{}", "-0.0E-0", "[1e5,8.50,12345678901234567890123,0.1000000000000000055]",
            #"{"data":{"data":1},"datasha256":"x"}"#, #"{ "a" : [ 1 , 2 ] , "b":" , } ] \" \\" }"#,
            #"{"text":"\u0000\u0041\ud83d\ude00\/\b\f\n\r\t\u2028","raw":"é é \#u{1F41F}\#u{7F}\#u{2028}"}"#,
            "\"\(large)\"", "\"\(large)a\"", #"{"a":"\#(large)\#(large)","data":"}"}"#,
        ]
        for (number, payload) in payloads.enumerated() { try append(stream: "odd/\(number)", data: payload) }
        try append(stream: "odd/é \u{1F41F} \" \\ / \u{1} \u{0}x", actor: "agent:\"\\\n\u{0}é", data: "{}")
        try append(
            stream: "odd/0", type: "test.\"odd\"", data: #"{"data":"\#(large)\#(large)"}"#,
            metadata: #"{"correlationid":"a\u0041\/","data":[{"data":1}],"datasha256":"x","number":1.50}"#)
        try append(stream: "odd/0", data: "1", metadata: #"{"datasha256":"last"}"#)
    }
}
