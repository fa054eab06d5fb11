import EventLog
import Foundation
import GRDB
import Governance
import Ledger
import Logging
import Projections
import Testing
import VerdictTesting

/// The audit index follows the log behind the commands.
@Suite struct AuditIndexTests {
    @Test("whoever asks sees everything that was acknowledged before")
    func readsOwnWrites() async throws {
        let fixture = try LedgerFixture()
        try await fixture.openSession()
        for number in 1...20 {
            try await fixture.submit("d\(number)")
            let last = try fixture.ledger.log.lastPosition
            #expect(try await fixture.ledger.audit.read { try $0.position() } == last)
        }
        try await fixture.ledger.close()
    }

    @Test("an index that was deleted while nobody served is built again")
    func rebuilt() async throws {
        var fixture = try LedgerFixture()
        try await fixture.submit("d1")
        #expect(try await fixture.ledger.audit.read { try $0.position() } == 1)
        try await fixture.restart { directory in
            for suffix in ["", "-wal", "-shm"] {
                try? FileManager.default.removeItem(atPath: directory.file("audit.db\(suffix)"))
            }
        }
        try await fixture.submit("d2")
        #expect(try await fixture.ledger.audit.read { try $0.position() } == 2)
        try await fixture.ledger.close()
    }

    @Test("an index that cannot be made stops nothing but its own answers")
    func unusable() async throws {
        var fixture = try LedgerFixture { $0.logger = .init(label: "silent") { _ in SwiftLogNoOpLogHandler() } }
        try await fixture.restart { directory in
            for suffix in ["", "-wal", "-shm"] {
                try? FileManager.default.removeItem(atPath: directory.file("audit.db\(suffix)"))
            }
            try FileManager.default.createDirectory(
                atPath: directory.file("audit.db"), withIntermediateDirectories: false)
        }
        try await fixture.submit("d1")
        await #expect(throws: AuditIndexError.self) {
            try await fixture.ledger.audit.read { try $0.position() }
        }
        try await fixture.submit("d2")
        #expect(try await fixture.status("d2") == .pending)
        try await fixture.ledger.close()
    }

    @Test("a moment leads to the last event before the log's time went beyond it, however the clock was set")
    func positionAtMoment() async throws {
        let fixture = try LedgerFixture()
        let noon = fixture.time.now()
        var times: [Timestamp] = []
        for (number, offset) in [0, 10, 10, 5, 7, 12, 9, 20].enumerated() {
            fixture.time.move(to: noon + .seconds(offset))
            try await fixture.submit("d\(number)")
            times.append(fixture.time.now())
        }
        for offset in -1...21 {
            let moment = noon + .seconds(offset)
            let expected = times.firstIndex { $0 > moment } ?? times.count
            #expect(try await fixture.ledger.audit.read { try $0.position(at: moment) } == expected)
        }
        try await fixture.ledger.close()
    }
}
