import Dispatch
import EventLog
import Foundation
import Projections
import Synchronization
import Testing
import VerdictTesting

/// Something that is so from a moment on.
private final class Flag: Sendable {
    private let value = Atomic(false)

    var isRaised: Bool { value.load(ordering: .acquiring) }

    func raise() { value.store(true, ordering: .releasing) }
}

/// Views that are made anew while they are read and written.
@Suite struct ViewsSwapTests {
    private static let time = ManualTime()

    @Test("new views answer as the old ones did, and the old ones are gone")
    func swapped() throws {
        let fixture = try ViewsFixture()
        try fixture.makeHistory(decisions: 150, seed: 50)
        let before = try fixture.answers()
        for round in 1...3 {
            try fixture.views.rebuild(from: fixture.log, time: Self.time)
            #expect(fixture.views.generation == round + 1)
            #expect(try fixture.answers() == before)
        }
        try fixture.reopen()
        #expect(fixture.views.rebuildReason == nil)
        #expect(fixture.views.generation == 4)
        #expect(try fixture.slots == ["views.alternate.db"])
        #expect(try fixture.answers() == before)
    }

    @Test("events that come during and after a swap are in the new views")
    func followed() throws {
        let fixture = try ViewsFixture()
        try fixture.submit("a")
        try fixture.commit()
        try fixture.submit("b")
        try fixture.append()
        try fixture.views.rebuild(from: fixture.log, time: Self.time)
        #expect(fixture.views.position == 2)
        try fixture.submit("c")
        try fixture.commit()
        #expect(try fixture.views.readNow { try $0.decisions(.init(), limit: 9, offset: 0) }.total == 3)
    }

    @Test(
        "many readers and a writer go on through many swaps: no error, and never an older position than one already seen",
        .timeLimit(.minutes(2)))
    func underLoad() async throws {
        let fixture = try ViewsFixture()
        for index in 0..<400 { try fixture.submit("d\(index)") }
        let events = try fixture.append().map { CommittedEvent($0) }
        let (views, log) = (fixture.views, fixture.log)
        let isOver = Flag()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<6 {
                group.addTask {
                    var seen = 0
                    while !isOver.isRaised {
                        let (position, counted, listed) = try await views.read { views in
                            let counted = try views.decisionCounts().reduce(0) { $0 + $1.count }
                            return (
                                try views.position(), counted, try views.decisions(.init(), limit: 1, offset: 0).total
                            )
                        }
                        #expect(position >= seen)
                        #expect(counted == position && listed == position)
                        seen = position
                    }
                }
            }
            group.addTask {
                defer { isOver.raise() }
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        for event in events {
                            try views.apply([event])
                            #expect(try await views.read { try $0.position() } >= event.recorded.position)
                        }
                    }
                    group.addTask {
                        for _ in 0..<8 { try views.rebuild(from: log, time: Self.time) }
                    }
                    try await group.waitForAll()
                }
            }
            try await group.waitForAll()
        }
        #expect(views.generation == 9)
        #expect(views.position == 400)
    }

    @Test("who is in the middle of the old views finishes there", .timeLimit(.minutes(1)))
    func reader() async throws {
        let fixture = try ViewsFixture()
        try fixture.submit("a")
        try fixture.commit()
        let views = fixture.views
        let (began, mayFinish) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let reading = Task.detached {
            try await views.read { views in
                let first = try views.position()
                began.signal()
                mayFinish.wait()
                return (first, try views.position(), try views.decision("a") != nil, try views.decision("b") != nil)
            }
        }
        await Task.detached { began.wait() }.value
        try fixture.submit("b")
        try fixture.append()
        try views.rebuild(from: fixture.log, time: Self.time)
        #expect(views.position == 2)
        #expect(try views.readNow { try $0.decision("b") } != nil)
        #expect(try fixture.slots == ["views.alternate.db", "views.db"])
        mayFinish.signal()
        #expect(try await reading.value == (1, 1, true, false))
        // The place is free again once the reader is done.
        try views.rebuild(from: fixture.log, time: Self.time)
        #expect(views.generation == 3)
    }

    @Test("a rebuild that fails leaves the live views as they are, and says why")
    func failed() throws {
        let fixture = try ViewsFixture()
        try fixture.makeHistory(decisions: 20, seed: 51)
        let before = try fixture.answers()
        let obstacle = fixture.directory.file("views.alternate.db")
        try FileManager.default.createDirectory(atPath: obstacle, withIntermediateDirectories: true)
        #expect(throws: ViewsFileError.self) { try fixture.views.rebuild(from: fixture.log, time: Self.time) }
        #expect(fixture.views.status.phase == .failed)
        #expect(fixture.views.status.failure?.contains("views.alternate.db cannot be removed") == true)
        #expect(fixture.views.generation == 1)
        #expect(try fixture.answers() == before)
        try FileManager.default.removeItem(atPath: obstacle)
        try fixture.views.rebuild(from: fixture.log, time: Self.time)
        #expect(fixture.views.status.phase == .live)
        #expect(fixture.views.status.failure == nil)
        #expect(try fixture.answers() == before)
    }

    @Test("one rebuild runs at a time, and none begins once the views are closed", .timeLimit(.minutes(1)))
    func oneAtATime() async throws {
        let fixture = try ViewsFixture()
        try fixture.submit("a")
        try fixture.commit()
        let views = fixture.views
        let slow = SlowLog(fixture.log)
        let outcome = AsyncStream<Bool>.makeStream()
        try views.startRebuild(from: slow, time: Self.time) { result in
            outcome.continuation.yield((try? result.get()) != nil)
        }
        #expect(views.status.phase == .rebuilding)
        #expect(views.status.startedAt == Self.time.now())
        #expect(views.status.finishedAt == nil)
        #expect(throws: RebuildRefusal.alreadyRunning) { try views.rebuild(from: fixture.log, time: Self.time) }
        slow.release()
        for await isDone in outcome.stream {
            #expect(isDone)
            break
        }
        #expect(views.status.phase == .live)
        #expect(views.status.progress == 1)
        #expect(views.status.finishedAt == Self.time.now())
        try views.close()
        #expect(throws: RebuildRefusal.closing) { try views.rebuild(from: fixture.log, time: Self.time) }
    }
}
