import EventLog
import Foundation
import GRDB
import Governance
import Projections
import Testing
import VerdictTesting

@testable import Ledger

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

    @Test("events that were seen already do not send a follower back to the log, a gap before them or among them does")
    func seenAlready() async throws {
        let fixture = try LedgerFixture()
        let log = fixture.ledger.log
        try await fixture.submit("d1")
        let views = try Views(path: fixture.directory.file("own.db"), model: .audit, log: log)
        for number in 2...5 { try await fixture.submit("d\(number)") }
        let events = try log.read(from: 1, limit: 5).map { CommittedEvent($0) }
        let closed = FollowedLog(log: log) { _ in throw AuditIndexError.closed }
        try views.follow(FollowQueue.Work(events: Array(events[..<3])), with: closed)
        #expect(views.position == 3)
        for events in [[events[4]], [events[2], events[4]]] {
            #expect(throws: AuditIndexError.self) {
                try views.follow(FollowQueue.Work(events: events), with: closed)
            }
            #expect(views.position == 3)
        }
        try views.follow(FollowQueue.Work(events: [events[4]]), with: log)
        #expect(views.position == 5)
        try views.close()
        try await fixture.ledger.close()
    }

    @Test("names are told apart by their bytes, also in one transaction")
    func names() async throws {
        let fixture = try LedgerFixture()
        let targets = ["caf\u{E9}", "cafe\u{301}", "caf\u{E9}"]
        for (number, target) in targets.enumerated() {
            var submission = Sample.submission("d\(number)")
            submission.context.actionParams["target"] = .string(target)
            try await fixture.ledger.execute(.submit(submission), origin: Origin())
        }
        let path = fixture.directory.file("own.db")
        try Views(path: path, model: .audit, log: fixture.ledger.log).close()
        let stored = try await DatabaseQueue(path: path).read { database in
            try String.fetchAll(database, sql: "SELECT hex(name) FROM targets ORDER BY target")
        }
        #expect(stored == targets[..<2].map { Hex.text($0.utf8).uppercased() })
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
        var fixture = try LedgerFixture { $0.logger = .silent }
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

    @Test("whoever asks an index that does not get on is told how far it is, after a while")
    func behind() async throws {
        let fixture = try LedgerFixture { $0.logger = .silent }
        try await fixture.submit("d1")
        let log = HeldLog(fixture.ledger.log)
        let index = AuditIndex(
            path: fixture.directory.file("another.db"), log: log, time: fixture.time,
            logger: .silent)
        log.hold()
        async let answer: Result<Position, any Error> = {
            do {
                return .success(try await index.read { try $0.position() })
            } catch {
                return .failure(error)
            }
        }()
        await fixture.time.someoneWaits()
        fixture.time.advance(by: AuditIndex.waitMax)
        let outcome = await answer
        #expect(throws: AuditIndexError.behind(reached: 0, wanted: 1)) { try outcome.get() }
        log.letGo()
        #expect(try await index.read { try $0.position() } == 1)
        try await index.close()
        await #expect(throws: AuditIndexError.closed) { try await index.read { try $0.position() } }
        try await fixture.ledger.close()
    }

    @Test("an index that is being built is given up when the server stops")
    func givenUp() async throws {
        let fixture = try LedgerFixture()
        for number in 1...5 { try await fixture.submit("d\(number)") }
        let log = HeldLog(fixture.ledger.log)
        log.hold()
        let index = AuditIndex(
            path: fixture.directory.file("another.db"), log: log, time: fixture.time,
            logger: .silent)
        async let answer: Void = { _ = try? await index.read { try $0.position() } }()
        await fixture.time.someoneWaits()
        async let closed: Void = index.close()
        log.letGo()
        _ = await answer
        try await closed
        try await fixture.ledger.close()
    }

    @Test("a copy answers like the index, leaves nothing behind, and changes nothing")
    func copied() async throws {
        let fixture = try LedgerFixture()
        try await fixture.openSession()
        try await fixture.submit("d1")
        _ = try await fixture.ledger.audit.read { try $0.position() }
        try await fixture.approve("d1")
        let log = fixture.ledger.log
        let copy = try AuditCopy(ofDirectory: fixture.directory.path, log: log)
        let stories = try await [
            AuditTrail(source: copy, log: log).story(of: "d1"),
            AuditTrail(source: fixture.ledger.audit, log: log).story(of: "d1"),
        ]
        #expect(stories.map { $0?.steps.count } == [3, 3])
        try copy.close()
        try await fixture.ledger.close()
    }
}
