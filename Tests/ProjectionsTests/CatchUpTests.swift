import EventLog
import Foundation
import Governance
import Projections
import Synchronization
import Testing
import VerdictTesting

@Suite struct CatchUpTests {
    @Test("a log of several batches ends in the same answers as one that was followed event by event")
    func severalBatches() throws {
        let followed = try ViewsFixture()
        for index in 0..<900 {
            try followed.submit("d\(index)", risk: RiskLevel.allCases[index % 4])
            try followed.decide(.cancel(reason: "gone"), on: "d\(index)")
            if index % 3 == 0 { try followed.submit("e\(index)") }
        }
        let recorded = try followed.append()
        #expect(recorded.count == 2100)
        for event in recorded { try followed.views.apply([CommittedEvent(event)]) }
        let before = try followed.answers()
        try followed.reopen { try FileManager.default.removeItem(atPath: $0) }
        #expect(followed.views.position == 2100)
        #expect(try followed.answers() == before)
    }

    @Test("no events change nothing")
    func nothing() throws {
        let fixture = try ViewsFixture()
        try fixture.views.apply([])
        try fixture.views.catchUp(with: fixture.log)
        #expect(fixture.views.position == 0)
    }

    @Test("whoever waits for the views is called once they have seen what was announced, and at once where they have")
    func seen() throws {
        let fixture = try ViewsFixture()
        let seen = Mutex<[Position?]>([])
        func ask() {
            fixture.views.whenSeen { [views = fixture.views] in
                let position = try? views.readAtHand { try $0.position() }
                seen.withLock { $0.append(position) }
            }
        }
        try fixture.submit()
        try fixture.append()
        let change = fixture.views.changeNow
        ask()
        fixture.views.announce(1)
        ask()
        ask()
        #expect(seen.withLock { $0 } == [0])
        try fixture.views.catchUp(with: fixture.log)
        #expect(seen.withLock { $0 } == [0, 1, 1])
        #expect(fixture.views.changeNow == change + 1)
        fixture.views.announce(2)
        ask()
        fixture.views.disappoint()
        #expect(seen.withLock { $0 } == [0, 1, 1, 1])
    }

    @Test("events that the views have seen are not counted again")
    func seenEvents() throws {
        let fixture = try ViewsFixture()
        try fixture.open()
        try fixture.submit()
        try fixture.decide(.escalate(fixture.action(), reason: "up", target: nil))
        let recorded = try fixture.commit().map { CommittedEvent($0) }
        let before = try fixture.answers()
        try fixture.views.apply(recorded)
        try fixture.views.apply(Array(recorded.prefix(1)))
        #expect(try fixture.answers() == before)
        #expect(fixture.views.position == 3)
        try fixture.submit("d2")
        let more = try fixture.append().map { CommittedEvent($0) }
        try fixture.views.apply(recorded.suffix(1) + more)
        #expect(fixture.views.position == 4)
        #expect(try fixture.views.readNow { try $0.deadLetterCount() } == 0)
        #expect(try fixture.views.readNow { try $0.operatorStatistics("alice@host", at: fixture.now) }.escalated == 1)
    }

    @Test("many who catch up at once count every event once")
    func concurrently() async throws {
        let fixture = try ViewsFixture()
        try fixture.makeHistory(decisions: 100, seed: 30)
        let expected = try fixture.answers()
        let path = fixture.directory.file("again.db")
        let empty = try ViewsFixture()
        let views = try Views(path: path, log: empty.log)
        let log = fixture.log
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 { group.addTask { try views.catchUp(with: log) } }
            try await group.waitForAll()
        }
        #expect(try everyAnswer(of: views, log: log, at: fixture.now) == expected)
    }
}
