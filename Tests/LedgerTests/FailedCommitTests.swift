import EventLog
import Foundation
import Governance
import Ledger
import Projections
import Testing
import VerdictTesting

@Suite struct FailedCommitTests {
    private func isUnavailable(_ command: Command, in fixture: LedgerFixture, origin: Origin = Origin()) async -> Bool {
        do throws(CommandError) {
            _ = try await fixture.ledger.execute(command, origin: origin)
            return false
        } catch {
            guard case .unavailable(let reason) = error else { return false }
            return reason.contains("the disk is full")
        }
    }

    @Test("a commit that fails writes nothing, tells everybody, and leaves memory as it was")
    func failedCommit() async throws {
        let fixture = try LedgerFixture { $0.policy.queueCapacity = 3 }
        let log = BrokenTable.log(in: fixture.directory)
        try await fixture.openSession()
        for id in ["a", "b"] { try await fixture.submit(id) }
        let now = fixture.time.now()
        let before = try everyAnswer(of: fixture.ledger.views, log: fixture.ledger.log, at: now)
        #expect(fixture.ledger.health.trouble == nil)

        try log.break()
        let origin = Origin(idempotency: IdempotencyKey(key: "key-1", requestHash: "hash-1"))
        let commands: [Command] = [
            .submit(Sample.submission("c")), Verdict.approve.command("a"), Verdict.escalate.command("b"),
            .closeSession("session-1"), .openSession(sessionID: "session-2", Sample.openSession()),
        ]
        await withTaskGroup(of: Bool.self) { group in
            for (place, command) in commands.enumerated() {
                let origin = place == 0 ? origin : Origin()
                group.addTask { await isUnavailable(command, in: fixture, origin: origin) }
            }
            for await isUnavailable in group { #expect(isUnavailable) }
        }
        #expect(fixture.ledger.health.trouble?.contains("the disk is full") == true)
        #expect(try everyAnswer(of: fixture.ledger.views, log: fixture.ledger.log, at: now) == before)
        #expect(try fixture.ledger.log.lastPosition == 3)

        try log.repair()
        let receipt = try await fixture.submit("c", origin: origin)
        #expect(!receipt.isRepeated)
        #expect(receipt.positions == [4])
        #expect(fixture.ledger.health.trouble == nil)
        let full = try await fixture.refusal(of: .submit(Sample.submission("d")))
        #expect(full == .queueFull(capacity: 3))
        try await fixture.approve("a")
        try await fixture.approve("b")
        let statistics = try await fixture.statistics()
        #expect(statistics.approved == 2)
        #expect(statistics.escalated == 0)
    }

    @Test("a refusal is a refusal also while the log cannot be written")
    func refusal() async throws {
        let fixture = try LedgerFixture()
        let log = BrokenTable.log(in: fixture.directory)
        try log.break()
        let refusal = try await fixture.refusal(of: Verdict.approve.command())
        #expect(refusal == .invalidSession("session-1"))
        #expect(fixture.ledger.health.trouble == nil)
    }

    @Test("the clock forgets the trouble when the disk takes writes again, not before")
    func probe() async throws {
        let fixture = try LedgerFixture()
        let log = BrokenTable.log(in: fixture.directory)
        try log.break()
        let isUnavailable = await isUnavailable(.submit(Sample.submission()), in: fixture)
        #expect(isUnavailable)
        try log.repair()
        let probe = fixture.directory.file("verdict.probe")
        try FileManager.default.createDirectory(atPath: probe, withIntermediateDirectories: false)
        await #expect(throws: DataDirectoryError.self) { try await fixture.ledger.passTime() }
        #expect(fixture.ledger.health.trouble != nil)
        try FileManager.default.removeItem(atPath: probe)
        try await fixture.ledger.passTime()
        #expect(fixture.ledger.health.trouble == nil)
        #expect(!FileManager.default.fileExists(atPath: probe))
    }

    @Test(
        "views that cannot follow lose nothing: the command is done, and they catch up later", arguments: [true, false])
    func viewsCannotFollow(withClock: Bool) async throws {
        let fixture = try LedgerFixture()
        let views = BrokenTable.views(in: fixture.directory)
        try await fixture.openSession()
        let opened = try await fixture.ledger.views.read { try $0.position() }
        #expect(opened == 1)
        try views.break()
        let receipt = try await fixture.submit()
        #expect(receipt.positions == [2])
        let earlier = try await fixture.ledger.views.read { try $0.position() }
        #expect(earlier == 1, "who reads gets what there is")
        #expect(fixture.ledger.health.viewsLag == 1)
        try await fixture.approve()
        #expect(fixture.ledger.health.viewsLag == 2)
        try views.repair()
        if withClock { try await fixture.ledger.passTime() } else { try await fixture.submit("d2") }
        let status = try await fixture.status()
        #expect(fixture.ledger.health.viewsLag == 0)
        #expect(status == .approved)
        let statistics = try await fixture.statistics()
        #expect(statistics.approved == 1)
    }

    @Test("a command that is too large spoils only its own answer")
    func tooLarge() async throws {
        let fixture = try LedgerFixture { $0.commandQueueMax = 19 }
        let large = Origin(traceparent: String(repeating: "x", count: 60_000))
        let commands = (0..<20).map { index in
            (Command.submit(Sample.submission("d\(index)")), index % 2 == 0 ? Origin() : large)
        }
        let answers = try await fixture.inOneBatch(commands)
        let done = answers.count { $0.receipt != nil }
        #expect((9...10).contains(done))
        #expect(answers.count(where: \.isTooLarge) == 19 - done)
        #expect(try fixture.eventTypes().count == 1 + done)
        #expect(fixture.ledger.health.trouble == nil)
    }

    @Test(
        "a decision whose history cannot be read, or is of a newer program, spoils only the answers about itself",
        arguments: [("decision.approved.v1", "{}"), ("decision.postponed.v1", "{}")], [false, true])
    func unreadableDecision(event: (type: String, payload: String), afterRestart: Bool) async throws {
        var fixture = try LedgerFixture { $0.commandQueueMax = 19 }
        try await fixture.openSession()
        try await fixture.submit()
        try fixture.appendForeignRaw(event.type, event.payload, stream: "decision/d1")
        if afterRestart { try await fixture.restart() }
        let commands = (0..<20).map { index in
            (index % 2 == 0 ? Command.submit(Sample.submission("new-\(index)")) : Verdict.approve.command(), Origin())
        }
        let answers = try await fixture.inOneBatch(commands)
        let done = answers.count { $0.receipt != nil }
        #expect((9...10).contains(done))
        #expect(answers.count(where: \.isUnavailable) == 19 - done)
    }
}
