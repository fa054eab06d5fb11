import EventLog
import Foundation
import SQLiteEventStore
import Testing
import VerdictTesting

@Suite("The check of a log's file")
struct DatabaseCheckTests {
    /// What SQLite counts its changes of the schema with: it may be any number.
    private static let schemaCookie = 40..<44
    /// The version of SQLite that wrote last: another one may be just as good.
    private static let writer = 96..<100

    @Test("every byte of the header that changes is found, and named by a range that it lies in")
    func everyByteOfTheHeader() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("events.db")
        let store = try SQLiteEventStore(path: path)
        let event = NewEvent(
            id: EventID(at: Timestamp(microseconds: 1), random: 1), type: "t.v1",
            recordedAt: Timestamp(microseconds: 1),
            actor: "a", data: Array("{}".utf8))
        _ = try store.append([StreamAppend(StreamName(text: "s/1"), expecting: .any, [event])])
        try store.closeForMoving()
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        #expect(DatabaseCheck.log(path: path).findings() == [])
        for offset in 0..<100 where !Self.schemaCookie.contains(offset) && !Self.writer.contains(offset) {
            var damaged = whole
            damaged[offset] ^= 0x40
            let copy = directory.file("copy-\(offset)")
            try damaged.write(to: URL(fileURLWithPath: copy))
            let findings = DatabaseCheck.log(path: copy).findings()
            #expect(!findings.isEmpty, "byte \(offset)")
            // SQLite finds by itself what the number of pages, the free ones and the size of a page are wrong about.
            if !(28..<40).contains(offset) {
                #expect(
                    findings.contains { Self.ranges(in: $0).contains { $0.contains(offset) } }, "\(offset): \(findings)"
                )
            }
        }
    }

    /// `byte 3`, `bytes 24 to 27 and 92 to 95`.
    private static func ranges(in finding: String) -> [ClosedRange<Int>] {
        guard finding.contains(" of the header") else { return [] }
        return finding.matches(of: #/(\d+)(?: to (\d+))?/#).compactMap { match in
            guard let lower = Int(match.1), let upper = match.2.map({ Int($0) }) ?? lower, lower <= upper else {
                return nil
            }
            return lower...upper
        }
    }
}
