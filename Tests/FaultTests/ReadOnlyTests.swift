import EventLog
import Ledger
import Projections
import SQLiteEventStore
import Testing
import VerdictTesting

@Suite("A file that SQLite can only read says so at the start")
struct ReadOnlyTests {
    /// One question, in log, views and audit index.
    private func prepare(_ disk: Disk) async throws {
        let ledger = try Ledger(directory: disk.directory.path)
        try await ledger.execute(.submit(Sample.submission("d1")))
        try await ledger.audit.read { _ in }
        try await ledger.close()
    }

    /// What becomes of a start at which that opening gives a file for reading alone; nil where there are fewer.
    private func outcome(ofOpening call: Int) async throws -> String? {
        let disk = try Disk()
        try await prepare(disk)
        disk.strike(.onlyReads, at: disk.count(of: .openings) + call, of: .openings)
        do {
            let ledger = try Ledger(directory: disk.directory.path)
            let reason = ledger.views.rebuildReason
            // Whoever has started takes commands, and shows what became of them.
            try await ledger.execute(.submit(Sample.submission("d2")))
            #expect(try await ledger.views.read { try $0.queueSize() } == 2)
            try await ledger.audit.read { _ in }
            try await ledger.close()
            return disk.wasStruck ? reason?.rawValue ?? "started" : nil
        } catch {
            return "\(error)"
        }
    }

    @Test("the log is refused, the views are built again, and whoever has started takes commands")
    func everyOpening() async throws {
        var outcomes: Set<String> = []
        var call = 1
        while let outcome = try await outcome(ofOpening: call) {
            outcomes.insert(outcome.contains("can be read but not written") ? "refused" : outcome)
            call += 1
        }
        #expect(outcomes == ["refused", "the views could only be read", "started"])
    }

    @Test("whoever only asks a log needs no right to write it")
    func reading() async throws {
        let disk = try Disk()
        try await prepare(disk)
        disk.strike(.onlyReads, at: 1, of: .openings, fromThenOn: true)
        let log = try SQLiteEventStore(path: disk.directory.file("events.db"))
        #expect(try log.read(from: 1, limit: 10).count == 1)
        #expect(throws: EventStoreError.self) { try log.refuseReadOnly() }
        try log.close()
    }
}
