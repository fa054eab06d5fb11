import Foundation
import Synchronization
import Testing
import VerdictTesting

@testable import verdict

@Suite("Importing the lines of a file")
struct LineImportTests {
    /// What an import said and submitted.
    private final class Record: Sendable {
        let sentences = Mutex<[String]>([])
        let onTheirWay = Mutex((now: 0, most: 0))
    }

    private let directory: TemporaryDirectory
    private let record = Record()

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func run(
        _ text: String, concurrency: Int = 4,
        submit: @escaping @Sendable (SuricataAlert) async throws -> SubmissionOutcome = { _ in .enqueued }
    ) async throws -> ImportTally {
        let path = directory.file("eve.json")
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        let record = record
        let alerts = LineImport(
            noun: "alert", concurrency: concurrency,
            say: { sentence in record.sentences.withLock { $0.append(sentence) } },
            read: { (line) throws(UnfitLine) in try SuricataAlert(line: line) }, submit: submit)
        return try await alerts.run(reading: LineSource(FileDescriptorReader(path: path)))
    }

    private func alert(_ number: Int) -> String { "{\"alert\":{\"signature\":\"\(number)\"}}\n" }

    @Test("alerts are submitted, other lines counted and named, empty ones passed over")
    func tally() async throws {
        let text = alert(1) + "\n" + "{\"event_type\":\"dns\"}\r\n" + "nonsense\n \t\r\n" + alert(2).dropLast()
        let tally = try await run(text)
        #expect(tally == ImportTally(enqueued: 2, unfit: 2))
        #expect(
            record.sentences.withLock(\.self) == [
                "line 3 is no alert: an event of the type dns",
                "line 4 is no alert: not JSON: Expecting value at byte 0",
            ])
    }

    @Test("each outcome is counted, and failures are named with their line")
    func outcomes() async throws {
        let tally = try await run((1...6).map(alert).joined(), concurrency: 1) { alert in
            let text = String(decoding: alert.line, as: UTF8.self)
            if text.contains("\"3\"") { return .failed(reason: "status 422") }
            if text.contains("\"4\"") { return .notNeeded }
            return text.contains("\"5\"") ? .alreadyThere : .enqueued
        }
        #expect(tally == ImportTally(enqueued: 3, alreadyThere: 1, notNeeded: 1, failed: 1))
        #expect(tally.items == 6)
        #expect(record.sentences.withLock(\.self) == ["line 3 failed: status 422"])
    }

    @Test("never more are on their way than permitted", arguments: [1, 3, 16])
    func concurrency(_ concurrency: Int) async throws {
        let record = record
        let tally = try await run((1...100).map(alert).joined(), concurrency: concurrency) { _ in
            record.onTheirWay.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
            await Task.yield()
            record.onTheirWay.withLock { $0.now -= 1 }
            return .enqueued
        }
        #expect(tally.enqueued == 100)
        #expect(record.onTheirWay.withLock(\.most) <= concurrency)
    }

    @Test("of many lines that make trouble the first twenty are named")
    func names() async throws {
        let tally = try await run(String(repeating: "{}\n", count: 50))
        #expect(tally.unfit == 50)
        let sentences = record.sentences.withLock(\.self)
        #expect(sentences.count == 21)
        #expect(sentences.last == "more such lines follow; they are counted only")
    }

    @Test("a line longer than 1 MiB is no alert, and the next one is read")
    func tooLong() async throws {
        let long = "{\"alert\":{\"signature\":\"" + String(repeating: "x", count: 1_048_576) + "\"}}\n"
        let tally = try await run(long + alert(2))
        #expect(tally == ImportTally(enqueued: 1, unfit: 1))
        #expect(record.sentences.withLock(\.self) == ["line 1 is no alert: longer than 1048576 bytes"])
    }

    @Test("a server that is not there ends the import")
    func unreachable() async throws {
        let error = await #expect(throws: ImportError.self) {
            try await run((1...100).map(alert).joined()) { _ in
                throw ImportError.serverUnreachable(.standard, reason: "Connection refused")
            }
        }
        #expect(error?.description.hasPrefix("no server answers at http://127.0.0.1:8001 (Connection refused)") == true)
    }
}
