import EventLog
import Foundation
import GRDB
import Testing
import VerdictTesting

@Suite("verdict export and verdict import events", .timeLimit(.minutes(1)))
struct ExportTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func run(_ arguments: String...) async throws -> VerdictProcess.Report {
        try await VerdictProcess.run(arguments)
    }

    private func bytes(_ path: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path)) }

    /// The lines of an export, each without its end.
    private func lines(_ path: String) throws -> [Data] { try bytes(path).split(separator: UInt8(ascii: "\n")) }

    @Test("export, import, export: the same bytes, and the same values in every row, whatever stands in the payloads")
    func roundTrip() async throws {
        let log = try await MadeLog(events: 990)
        try log.appendOddities()
        let (first, second, copy) = (directory.file("1"), directory.file("2"), directory.file("copy"))
        let exported = try await run("export", "--data", log.path, "--output", first)
        #expect(exported.exit == .success, "\(exported.errors)")
        let imported = try await run("import", "events", first, "--data", copy)
        #expect(imported.exit == .success, "\(imported.errors)")
        #expect(imported.output.contains("1005 events"))
        #expect(try await run("export", "--data", copy, "--output", second).exit == .success)
        #expect(try bytes(first) == bytes(second))
        let rows = try MadeLog.rows(copy + "/events.db")
        #expect(rows.count == 1005)
        #expect(try rows == MadeLog.rows(log.file))
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted() == ["1", "2", "copy"])
    }

    @Test("a line is the event's entry; only a payload that the entry does not hold stands in it too")
    func lineIsEntry() async throws {
        let server = try await ServerProcess()
        for (id, size) in [("small", 10), ("large", 60_000)] {
            _ = try await server.client.enqueue(id, ["reasoning": .string(String(repeating: "x", count: size))])
        }
        let export = try await run("export", "--data", server.dataPath)
        let lines = export.output.split(separator: "\n").map(String.init)
        #expect(lines.count == 3)
        for position in 2...3 {
            let proof = try await server.client.get("/api/v1/evidence/events/\(position).tlog-proof").text
            let extra = try #require(proof.split(separator: "\n").first { $0.hasPrefix("extra ") }?.dropFirst(6))
            let entry = String(decoding: try #require(Data(base64Encoded: String(extra))), as: UTF8.self)
            if position == 2 {
                #expect(lines[1] == entry)
            } else {
                let line = try JSONParser.parse(lines[2])
                #expect(entry.count < 1000)
                #expect(lines[2] == "\(entry.dropLast()),\"data\":\(try #require(line["data"]?.text))}")
            }
        }
    }

    @Test("through a pipe, beside a server that goes on recording, the copy is the log as it was at the start")
    func besideServer() async throws {
        let server = try await ServerProcess()
        for number in 1...30 { _ = try await server.client.enqueue("d\(number)") }
        let client = server.client
        let load = Task {
            var number = 30
            while !Task.isCancelled {
                number += 1
                _ = try? await client.enqueue("d\(number)")
            }
        }
        let copy = directory.file("copy")
        let script = """
            set -o pipefail; v='\(VerdictProcess.program.path)'
            "$v" export --data '\(server.dataPath)' | "$v" import events - --data '\(copy)'
            """
        let report = try await VerdictProcess(["-c", script], program: URL(fileURLWithPath: "/bin/bash")).report
        load.cancel()
        _ = await load.value
        #expect(report.exit == .success, "\(report.errors)")
        let rows = try MadeLog.rows(copy + "/events.db")
        #expect(rows.count >= 31)
        await server.terminate()
        #expect(try rows == MadeLog.rows(server.dataPath + "/events.db", to: rows.count))
        let again = try await ServerProcess(dataPath: copy)
        #expect(try await again.client.get("\(ServerClient.api)/decision/d30").status == 200)
    }

    @Test("--as-of ends at a position, or with the last event of a time; what lies outside of the log is refused")
    func asOf() async throws {
        let log = try await MadeLog(events: 300)
        let times = try MadeLog.rows(log.file).map { Timestamp(microseconds: Int64.fromDatabaseValue($0[5]) ?? 0) }
        func count(_ point: String) async throws -> Int {
            let report = try await run("export", "--data", log.path, "--as-of", point)
            #expect(report.exit == .success, "\(report.errors)")
            return report.output.split(separator: "\n").count
        }
        #expect(try await count("300") == 300)
        #expect(try await count("7") == 7)
        let moment = times[200]
        let expected = (times.lastIndex { $0 <= moment } ?? 0) + 1
        #expect(try await count(moment.rfc3339) == expected)
        #expect(try await count((moment - Interval(microseconds: 1)).rfc3339) < expected)
        #expect(try await count("2100-01-01T00:00:00Z") == 300)
        for (point, sentence) in [
            ("301", "no position 301, its last one is 300"), ("2020-01-01T00:00:00Z", "nothing was recorded by 2020"),
        ] {
            let report = try await run("export", "--data", log.path, "--as-of", point)
            #expect(report.exit.code == 1 && report.errors.contains(sentence), "\(report.errors)")
        }
        for point in ["0", "-1", "yesterday"] {
            #expect(try await run("export", "--data", log.path, "--as-of=\(point)").exit.code == 64)
        }
    }

    @Test("as csv every event is a row of RFC 4180, whose fields are the columns")
    func csv() async throws {
        let log = try await MadeLog(events: 60)
        try log.append(stream: "odd/a,b", data: "{ \"a\":\n\"x\\\"y,z\" }")
        let report = try await run("export", "--data", log.path, "--format", "csv")
        #expect(report.exit == .success, "\(report.errors)")
        let table = CommaSeparated.rows(of: report.output)
        #expect(
            table[0] == ["position", "stream", "version", "type", "id", "recorded_at", "actor", "data", "metadata"])
        let rows = try MadeLog.rows(log.file)
        #expect(table.count == rows.count + 1)
        for (fields, row) in zip(table.dropFirst(), rows) {
            let texts = row.map { Data.fromDatabaseValue($0).map { String(decoding: $0, as: UTF8.self) } ?? "" }
            #expect(fields[0] == "\(Int.fromDatabaseValue(row[0]) ?? 0)")
            #expect(fields[1] == texts[1])
            #expect(fields[4] == EventID(bytes: Data.fromDatabaseValue(row[4]) ?? Data())?.text)
            #expect(Timestamp(rfc3339: fields[5])?.microseconds == Int64.fromDatabaseValue(row[5]))
            #expect(fields[6] == texts[6] && fields[7] == texts[7] && fields[8] == texts[8])
        }
        #expect(table.last?[7] == "{ \"a\":\n\"x\\\"y,z\" }")
    }

    @Test(
        "what cannot be written whole leaves no file: a payload with a line break, a full device, a reader that leaves")
    func notWhole() async throws {
        let log = try await MadeLog(events: 500)
        let full = try await run("export", "--data", log.path, "--output", "/dev/full")
        #expect(
            full.exit.code == 1 && full.errors.contains("/dev/full cannot be written: No space left"), "\(full.errors)")
        let nowhere = try await run("export", "--data", log.path, "--output", directory.file("none/out"))
        #expect(nowhere.exit.code == 1 && nowhere.errors.contains("cannot be written"))
        let script = "'\(VerdictProcess.program.path)' export --data '\(log.path)' | head -n 1; echo ${PIPESTATUS[@]}"
        let left = try await VerdictProcess(["-c", script], program: URL(fileURLWithPath: "/bin/bash")).report
        #expect(left.output.hasSuffix("\n1 0\n") && left.errors.isEmpty, "\(left.output)\(left.errors)")
        try log.append(stream: "odd/1", data: "{\n}")
        let broken = try await run("export", "--data", log.path, "--output", directory.file("out"))
        #expect(broken.exit.code == 1)
        #expect(broken.errors.contains("the event at position 501 is damaged: a line break"), "\(broken.errors)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == [])
    }
}
