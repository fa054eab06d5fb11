import EventLog
import Foundation
import Testing
import VerdictTesting

@Suite("verdict import events", .timeLimit(.minutes(1)))
struct ImportEventsTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    /// One way to spoil an export of 40 events, and what is said of it.
    struct Spoiling: Sendable, CustomTestStringConvertible {
        let name: String
        let says: String
        let spoil: @Sendable (inout [String]) -> Void

        var testDescription: String { name }

        init(_ name: String, says: String, _ spoil: @escaping @Sendable (inout [String]) -> Void) {
            self.name = name
            self.says = says
            self.spoil = spoil
        }

        /// Exchanges a text in the 5th line.
        static func line(_ name: String, _ text: String, _ other: String, says: String) -> Spoiling {
            Spoiling(name, says: "line 5 holds no event of a log: \(says)") { lines in
                lines[4] = lines[4].replacing(text, with: other)
            }
        }
    }

    static let spoilings = [
        Spoiling("a missing line", says: "line 7 holds the event at position 8, where 7 comes next") {
            $0.remove(at: 6)
        },
        Spoiling("a missing beginning", says: "line 1 holds the event at position 2, where 1 comes next") {
            $0.removeFirst()
        },
        Spoiling("a doubled line", says: "line 8 holds the event at position 7, where 8 comes next") {
            $0.insert($0[6], at: 7)
        },
        Spoiling("two lines exchanged", says: "line 3 holds the event at position 4") { $0.swapAt(2, 3) },
        Spoiling("a version too many", says: "line 5 holds version 2 of the stream user/") {
            $0[4] = $0[4].replacing(#""streamversion":1,"#, with: #""streamversion":2,"#)
        },
        Spoiling("an event that speaks of somebody else", says: "speaks of user/") {
            $0[4] = $0[4].replacing(#/"data":\{"username":"[^"]*"/#, with: #""data":{"username":"mallory""#)
        },
        Spoiling("an empty line", says: "line 4 holds no event of a log: ") { $0.insert("", at: 3) },
        Spoiling("no JSON", says: "line 2 holds no event of a log: ") { $0[1] = "specversion" },
        Spoiling("another JSON object", says: "line 2 holds no event of a log: ") { $0[1] = #"{"id":1}"# },
        Spoiling("a line that was cut off", says: "line 40 holds no event of a log: ") { $0[39].removeLast(9) },
        Spoiling("something behind the object", says: "something follows the object") { $0[5] += " x" },
        .line("another source", "/verdict", "/other", says: #","source":"/verdict","type":"#),
        .line("a space between members", #","actor""#, #", "actor""#, says: #","actor": should stand"#),
        .line("a space in front", "{\"spec", " {\"spec", says: #"{"specversion":"1.0","id": should stand at byte 0"#),
        .line("an id in capitals", "-7000-", "-7ABC-", says: "it is not written as an export writes it"),
        .line("an id that is none", #""id":"0"#, #""id":"x"#, says: "its id is not a UUID"),
        .line("a time of another zone", #"Z","datac"#, #"+00:00","datac"#, says: "it is not written as"),
        .line("a time that is none", #""time":"2026"#, #""time":"yest"#, says: "its time is not RFC 3339"),
        .line("an escape that is none needed", #""user/"#, #""\u0075ser/"#, says: "it is not written as"),
        .line(
            "a payload that is no JSON", #"{"username""#, "{'username'",
            says: "its payload is no JSON"),
        .line("a metadata member that is no JSON", #""correlationid":""#, #""correlationid":x""#, says: "its metadata"),
        .line("no payload", #""data":"#, #""date":"#, says: "its payload is missing"),
        .line(
            "the hash of a payload alone", #""data":{"#, #""datasha256":{"#,
            says: "its payload is missing, only the hash"),
        .line("a hash that none is needed of", #","data":{"#, #","datasha256":"00","data":{"#, says: ""),
        .line("a position that is no number", #""position":5"#, #""position":"5""#, says: "a number should stand"),
    ]

    @Test(
        "a file that is no whole export is refused with the line and the reason, and nothing is left",
        arguments: spoilings)
    func refusals(spoiling: Spoiling) async throws {
        let log = try await MadeLog(events: 40)
        let export = try await VerdictProcess.run(["export", "--data", log.path])
        var lines = export.output.split(separator: "\n").map(String.init)
        let whole = lines
        spoiling.spoil(&lines)
        #expect(lines != whole)
        let file = directory.file("export")
        try lines.joined(separator: "\n").write(toFile: file, atomically: true, encoding: .utf8)
        let report = try await VerdictProcess.run(["import", "events", file, "--data", directory.file("copy")])
        // What only adds a member to the metadata is another log, but a whole one.
        let isAnother = spoiling.says.hasSuffix(": ") && spoiling.name.hasPrefix("a hash that none")
        #expect(report.exit.code == (isAnother ? 0 : 1))
        if !isAnother {
            #expect(report.errors.contains(spoiling.says), "\(report.errors)")
            #expect(!FileManager.default.fileExists(atPath: directory.file("copy")))
        }
    }

    @Test("the payload of a hashed entry must be the one that was hashed; bytes that are no text are refused")
    func hashes() async throws {
        let log = try await MadeLog(events: 9)
        let large = String(repeating: "x", count: 50_000)
        try log.append(stream: "odd/1", data: "\"\(large)\"")
        let good = try await VerdictProcess.run(["export", "--data", log.path]).output
        let spoiled: [(Data, String)] = [
            (
                Data(good.replacing("xxxx\"}", with: "xxxy\"}").utf8),
                "line 10 holds no event of a log: it is not written"
            ),
            (Data(good.utf8.map { $0 == UInt8(ascii: "x") ? 0xFF : $0 }), "holds no event of a log: "),
            (Data(good.replacing("\n", with: "\n\n").utf8), "line 2 holds no event of a log: "),
        ]
        for (number, (bytes, sentence)) in spoiled.enumerated() {
            let file = directory.file("\(number)")
            try bytes.write(to: URL(fileURLWithPath: file))
            let report = try await VerdictProcess.run(["import", "events", file, "--data", directory.file("copy")])
            #expect(report.exit.code == 1)
            #expect(report.errors.contains(sentence), "\(report.errors)")
        }
        // A file that went through another system.
        let file = directory.file("crlf")
        try good.replacing("\n", with: "\r\n").write(toFile: file, atomically: true, encoding: .utf8)
        #expect(
            try await VerdictProcess.run(["import", "events", file, "--data", directory.file("copy")]).exit == .success)
        #expect(try MadeLog.rows(directory.file("copy") + "/events.db") == MadeLog.rows(log.file))
    }

    @Test("a directory that holds something is refused and left as it is, and a file that is not there is named")
    func directories() async throws {
        let log = try await MadeLog(events: 20)
        let before = try Data(contentsOf: URL(fileURLWithPath: log.file))
        let file = directory.file("export")
        #expect(try await VerdictProcess.run(["export", "--data", log.path, "-o", file]).exit == .success)
        let full = try await VerdictProcess.run(["import", "events", file, "--data", log.path])
        #expect(full.exit.code == 1 && full.errors.contains("is not empty, it holds events.db"), "\(full.errors)")
        #expect(try Data(contentsOf: URL(fileURLWithPath: log.file)) == before)
        let missing = try await VerdictProcess.run(
            ["import", "events", directory.file("none"), "--data", directory.file("copy")])
        #expect(missing.exit.code == 1 && missing.errors.contains("none cannot be read: No such file"))
        #expect(!FileManager.default.fileExists(atPath: directory.file("copy")))
    }
}
