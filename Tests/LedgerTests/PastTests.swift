import EventLog
import Foundation
import Ledger
import Projections
import Testing
import VerdictTesting

@Suite("Read models of the past")
struct PastTests {
    /// So many decisions that a moment far back is built from the log in a file.
    private static let decisions = 2300

    private static func furnished() async throws -> LedgerFixture {
        let fixture = try LedgerFixture()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 1...decisions { group.addTask { _ = try await fixture.submit("d\(number)") } }
            try await group.waitForAll()
        }
        return fixture
    }

    private static func waiting(_ fixture: LedgerFixture, at position: Position) async throws -> Int {
        try await fixture.ledger.past.read(at: position, .everything) { try $0.queueEntries().count }
    }

    @Test("near and far, forwards and backwards: each moment has what was recorded by then, and no file is left")
    func moments() async throws {
        let fixture = try await Self.furnished()
        for position in [2250, 2251, 2299, 2000, 10, 0, 1999, 2100, 2300, 2250, 700, 701, 2290] {
            #expect(try await Self.waiting(fixture, at: position) == position)
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: fixture.directory.path)
        #expect(names.allSatisfy { !$0.hasPrefix("past") }, "\(names)")
    }

    @Test("what a kill left of a moment is removed at the next start")
    func leftovers() async throws {
        var fixture = try LedgerFixture()
        try await fixture.restart { directory in
            _ = FileManager.default.createFile(atPath: directory.file("past.db"), contents: Data("half".utf8))
        }
        #expect(!FileManager.default.fileExists(atPath: fixture.directory.file("past.db")))
    }

    @Test("many who look at different moments at once get their own")
    func together() async throws {
        let fixture = try LedgerFixture()
        for number in 1...20 { try await fixture.submit("d\(number)") }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for position in (0...20).shuffled() {
                group.addTask {
                    let waiting = try await Self.waiting(fixture, at: position)
                    #expect(waiting == position)
                }
                group.addTask {
                    let row = try await fixture.ledger.past.read(at: position, .decision("d10")) {
                        try $0.decision("d10")
                    }
                    #expect((row != nil) == (position >= 10))
                }
            }
            try await group.waitForAll()
        }
    }

    @Test(
        "what was so by now stays so: a moment waits for what has its time and is not in the log yet",
        .timeLimit(.minutes(1)))
    func onItsWay() async throws {
        let fixture = try LedgerFixture()
        let lock = try ForeignLock(on: fixture.directory.file("events.db"))
        async let submitted = fixture.submit("d1")
        while fixture.ledger.health.trouble == nil { await Task.yield() }
        #expect(fixture.ledger.health.trouble?.contains("a commit takes longer than") == true)
        let now = fixture.time.now()
        async let moment = fixture.ledger.moment(.time(now))
        try lock.release()
        #expect(try await moment.position == 1)
        _ = try await submitted
        #expect(fixture.ledger.health.trouble == nil)
    }
}
