import EventLog
import Foundation
import GRDB
import Projections
import SQLiteEventStore
import Testing
import VerdictTesting

@Suite struct ViewsRebuildTests {
    /// What happens to `views.db` while nobody has it open.
    enum Mishap: String, CaseIterable, CustomTestStringConvertible {
        case none, deleted, deletedButForItsJournal, otherSchema, garbageHeader, garbageMiddle, halved, emptied
        case noCheckpoint, otherEvent, noEvent

        var testDescription: String { rawValue }

        var reason: Views.RebuildReason? {
            switch self {
            case .none: nil
            case .deleted, .deletedButForItsJournal: .missing
            case .otherSchema, .emptied: .otherSchema
            case .garbageHeader, .garbageMiddle, .halved, .noCheckpoint: .damaged
            case .otherEvent, .noEvent: .otherLog
            }
        }

        func strike(_ path: String) throws {
            switch self {
            case .none: break
            case .deleted: try FileManager.default.removeItem(atPath: path)
            case .deletedButForItsJournal:
                try FileManager.default.removeItem(atPath: path)
                for suffix in ["-wal", "-shm"] { try Data("of another file".utf8).write(to: url(path + suffix)) }
            case .otherSchema: try execute("PRAGMA user_version = 7", path)
            case .garbageHeader: try overwrite(path, from: 0, count: 100)
            case .garbageMiddle: try overwrite(path, from: size(path) / 3, count: size(path) / 3)
            case .halved: try handle(path).truncate(atOffset: UInt64(size(path) / 2))
            case .emptied: try handle(path).truncate(atOffset: 0)
            case .noCheckpoint: try execute("DELETE FROM checkpoint", path)
            case .otherEvent: try execute("UPDATE checkpoint SET event_id = zeroblob(16)", path)
            case .noEvent: try execute("UPDATE checkpoint SET event_id = NULL", path)
            }
        }

        private func url(_ path: String) -> URL { URL(fileURLWithPath: path) }

        private func handle(_ path: String) throws -> FileHandle { try FileHandle(forUpdating: url(path)) }

        private func size(_ path: String) throws -> Int {
            try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
        }

        private func execute(_ sql: String, _ path: String) throws {
            let queue = try DatabaseQueue(path: path)
            try queue.writeWithoutTransaction { try $0.execute(sql: sql) }
            try queue.close()
        }

        private func overwrite(_ path: String, from offset: Int, count: Int) throws {
            let handle = try handle(path)
            try handle.seek(toOffset: UInt64(offset))
            try handle.write(contentsOf: Data(repeating: 0xA5, count: count))
            try handle.close()
        }
    }

    @Test("views that cannot be used are built again, and answer the same", arguments: Mishap.allCases)
    func rebuilt(after mishap: Mishap) throws {
        let fixture = try ViewsFixture()
        try fixture.makeHistory(decisions: 150, seed: 20)
        let before = try fixture.answers()
        try fixture.reopen { try mishap.strike($0) }
        #expect(fixture.views.rebuildReason == mishap.reason)
        #expect(try fixture.answers() == before)
    }

    @Test("new views say that there were none")
    func firstStart() throws {
        let fixture = try ViewsFixture()
        #expect(fixture.views.rebuildReason == .missing)
        #expect(fixture.views.position == 0)
        try fixture.reopen()
        #expect(fixture.views.rebuildReason == nil)
    }

    @Test("views that were built again are kept at the next start")
    func keptAfterRebuild() throws {
        let fixture = try ViewsFixture()
        try fixture.makeHistory(decisions: 30, seed: 21)
        try fixture.reopen { try Mishap.garbageHeader.strike($0) }
        try fixture.reopen()
        #expect(fixture.views.rebuildReason == nil)
    }

    @Test("the views of a log do not pass for those of another one that is as long")
    func otherLog() throws {
        let fixture = try ViewsFixture()
        let other = try ViewsFixture()
        for (place, target) in [fixture, other].enumerated() {
            try target.submit("of log \(place)")
            try target.commit()
        }
        try other.close()
        let foreign = other.directory.file("views.db")
        try fixture.reopen { path in
            try FileManager.default.removeItem(atPath: path)
            try FileManager.default.copyItem(atPath: foreign, toPath: path)
        }
        #expect(fixture.views.rebuildReason == .otherLog)
        let page = try fixture.views.readNow { try $0.decisions(.init(), limit: 10, offset: 0) }
        #expect(page.decisions.map(\.decisionID) == ["of log 0"])
    }

    @Test("views that have seen more than the log holds are kept: they prove that it has lost something")
    func ahead() throws {
        let fixture = try ViewsFixture()
        try fixture.makeHistory(decisions: 10, seed: 22)
        let before = try fixture.views.readNow { try $0.decisions(.init(), limit: 10, offset: 0) }
        try fixture.reopen { try ViewsFixture.execute("UPDATE checkpoint SET position = 1000000", in: $0) }
        #expect(fixture.views.rebuildReason == nil)
        #expect(fixture.views.position == 1_000_000)
        let page = try fixture.views.readNow { try $0.decisions(.init(), limit: 10, offset: 0) }
        #expect(page.decisions.map(\.decisionID) == before.decisions.map(\.decisionID) && page.decisions.count == 10)
    }

    @Test("views that lag behind read on, they are not built again")
    func readOn() throws {
        let fixture = try ViewsFixture()
        try fixture.submit("a")
        try fixture.commit()
        try fixture.submit("b")
        try fixture.append()
        #expect(fixture.views.position == 1)
        try fixture.reopen()
        #expect(fixture.views.rebuildReason == nil)
        #expect(fixture.views.position == 2)
        #expect(try fixture.views.readNow { try $0.decision("b") } != nil)
    }

    @Test("a decision whose status nobody knows is an error, not a guess")
    func unknownStatus() throws {
        let fixture = try ViewsFixture()
        try fixture.submit("a")
        try fixture.commit()
        try fixture.reopen { path in
            let queue = try DatabaseQueue(path: path)
            try queue.write {
                try $0.execute(
                    sql: "UPDATE decisions SET status = 'pondering'; UPDATE decision_counts SET status = 'pondering'")
            }
            try queue.close()
        }
        #expect(throws: DatabaseError.self) { try fixture.views.readNow { try $0.decision("a") } }
        #expect(throws: DatabaseError.self) { try fixture.views.readNow { try $0.openDecisions() } }
        #expect(try fixture.views.readNow { try $0.queueEntries() }.isEmpty)
        #expect(try fixture.views.readNow { try $0.decisionCounts() }.isEmpty)
    }
}
