import EventLog
import Governance
import Testing
import VerdictTesting

/// Every command from every status (governance-api 7.2).
@Suite("The state machine of a decision")
struct DecisionStateMachineTests {
    static let open: Set<DecisionStatus> = [.pending, .escalated, .timeout]
    static let anHourLater = Timestamp.noon + .hours(1)

    @Test("the shortest way to each status ends there", arguments: DecisionStatus.allCases)
    func histories(status: DecisionStatus) throws {
        let state = try #require(try GivenDecision.inStatus(status).state)
        #expect(state.status == status)
        #expect(state.isQueued == Self.open.contains(status))
        #expect(status.isOpen == Self.open.contains(status))
    }

    @Test(
        "an operator's command moves an open decision, and is refused for a resolved one",
        arguments: DecisionStatus.allCases,
        [DecisionStatus.approved, .rejected, .escalated])
    func operatorCommands(from status: DecisionStatus, to target: DecisionStatus) throws {
        let given = try GivenDecision.inStatus(status)
        let version = try #require(given.state?.version)
        let command: DecisionCommand =
            switch target {
            case .approved: .approve(.alice())
            case .rejected: .reject(.alice(), reason: "no")
            default: .escalate(.alice(), reason: "up", target: nil)
            }
        guard Self.open.contains(status) else {
            #expect(
                given.when(command, at: .noon)
                    == .failure(.decisionAlreadyResolved("d1", status: status, version: version)))
            return
        }
        let moved = try #require(try given.and(command, at: .noon).state)
        #expect(moved.status == target)
        #expect(moved.isQueued == (target == .escalated))
        #expect(moved.version == version + 1)
    }

    @Test("only a pending decision is moved by the clock", arguments: DecisionStatus.allCases)
    func timers(from status: DecisionStatus) throws {
        let given = try GivenDecision.inStatus(status)
        let timeOut = given.when(.timeOut, at: Self.anHourLater)
        let warn = given.when(.warn, at: Self.anHourLater)
        if status == .pending {
            #expect(try given.and(.timeOut, at: Self.anHourLater).state?.status == .escalated)
            #expect(try warn.get().count == 1)
        } else {
            #expect(timeOut == .failure(.illegalTransition("d1", from: status, to: .timeout)))
            #expect(warn == .failure(.illegalTransition("d1", from: status, to: .pending)))
        }
    }

    @Test("only a pending decision can be cancelled", arguments: DecisionStatus.allCases)
    func cancel(from status: DecisionStatus) throws {
        let given = try GivenDecision.inStatus(status)
        let result = given.when(.cancel(reason: "gone"), at: .noon)
        if status == .pending {
            #expect(result == .success([.cancelled(decisionID: "d1", reason: "gone")]))
        } else {
            #expect(result == .failure(.illegalTransition("d1", from: status, to: .cancelled)))
        }
    }

    @Test("an outcome is recorded after an approval, once, and never otherwise", arguments: DecisionStatus.allCases)
    func execution(from status: DecisionStatus) throws {
        let given = try GivenDecision.inStatus(status)
        let succeeded = given.when(.recordExecution(.succeeded(["rule": 7])), at: .noon)
        let failed = given.when(.recordExecution(.failed("no route")), at: .noon)
        if status == .approved {
            #expect(succeeded == .success([.executed(decisionID: "d1", result: ["rule": 7])]))
            #expect(failed == .success([.executionFailed(decisionID: "d1", error: "no route")]))
        } else {
            #expect(succeeded == .failure(.illegalTransition("d1", from: status, to: .executed)))
            #expect(failed == .failure(.illegalTransition("d1", from: status, to: .failed)))
        }
    }

    @Test("an approval from each open status can be executed or fail", arguments: open)
    func executedFromEveryOpenStatus(status: DecisionStatus) throws {
        let approved = try GivenDecision.inStatus(status).and(.approve(.alice()), at: .noon)
        #expect(try approved.and(.recordExecution(.succeeded(nil)), at: .noon).state?.status == .executed)
        #expect(try approved.and(.recordExecution(.failed("x")), at: .noon).state?.status == .failed)
    }

    @Test("nothing returns a decision to pending", arguments: DecisionStatus.allCases.filter { $0 != .pending })
    func neverPendingAgain(status: DecisionStatus) throws {
        let given = try GivenDecision.inStatus(status)
        let commands: [DecisionCommand] = [
            .submit(Sample.submission()), .approve(.alice()), .reject(.alice(), reason: ""),
            .escalate(.alice(), reason: "", target: nil), .cancel(reason: ""), .warn, .timeOut,
            .recordExecution(.succeeded(nil)), .recordExecution(.failed("")),
        ]
        for command in commands {
            guard let after = try? given.and(command, at: Self.anHourLater) else { continue }
            #expect(after.state?.status != .pending)
        }
    }

    @Test("of two verdicts the first counts, and the second hears who was first")
    func firstVerdictCounts() throws {
        let approved = try GivenDecision.inStatus(.approved)
        #expect(
            approved.when(.reject(.alice(), reason: "no"), at: .noon)
                == .failure(.decisionAlreadyResolved("d1", status: .approved, version: 2)))
    }

    @Test("an escalated decision can be escalated again, and every escalation is an event")
    func escalatedAgain() throws {
        let escalated = try GivenDecision.inStatus(.escalated)
        let again = try escalated.and(.escalate(.alice(), reason: "again", target: nil), at: .noon)
        #expect(again.events.count == 3)
        #expect(again.state?.status == .escalated)
    }

    @Test("a command for a decision that does not exist is refused")
    func unknownDecision() {
        let commands: [DecisionCommand] = [
            .approve(.alice()), .reject(.alice(), reason: "no"), .escalate(.alice(), reason: "up", target: nil),
            .cancel(reason: "gone"), .warn, .timeOut, .recordExecution(.succeeded(nil)), .recordExecution(.failed("")),
        ]
        for command in commands {
            #expect(GivenDecision().when(command, on: "d2", at: .noon) == .failure(.decisionNotFound("d2")))
        }
    }

    @Test("an event before the submission makes no decision")
    func eventWithoutSubmission() {
        #expect(Decision.evolve(nil, .cancelled(decisionID: "d1", reason: "gone")) == nil)
    }

    @Test("a rejection is counted")
    func rejectionCounter() throws {
        #expect(try GivenDecision.inStatus(.pending).state?.rejections == 0)
        #expect(try GivenDecision.inStatus(.rejected).state?.rejections == 1)
    }
}
