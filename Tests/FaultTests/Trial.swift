import EventLog
import Ledger
import Projections
import VerdictTesting

/// One leg of the course on a disk on which one thing goes wrong.
struct Trial: Sendable {
    /// What goes wrong.
    struct Trouble: Sendable, CustomStringConvertible {
        let fault: Disk.Fault
        var calls: Disk.Calls = .changes
        /// Whether everything goes wrong from then on, until somebody makes room or changes the cable.
        var fromThenOn = false
        /// Whether the process is killed after the first error that somebody was told.
        var diesOnceRefused = false
        var losesPower = false

        var description: String {
            let words = [
                "\(fault)", fromThenOn ? "from then on" : nil, diesOnceRefused ? "then dies" : nil,
                losesPower ? "with the power" : nil,
            ]
            return words.compactMap { $0 }.joined(separator: ", ")
        }
    }

    let leg: Int
    let call: Int
    let trouble: Trouble
    let seed: UInt64

    /// A step on a disk that is well is refused at most so many times: once for every thing that is to be tidied up.
    private static let refusalsMax = 6

    /// Goes the whole way.
    ///
    /// - Returns: whether there was such a call.
    /// - Throws: `Journey.Failure`, with the call that was struck.
    func run(_ expectation: Expectation) async throws -> Bool {
        let disk = try Disk()
        try expectation.prepare(disk.directory, forLeg: leg)
        disk.strike(trouble.fault, at: call, of: trouble.calls, fromThenOn: trouble.fromThenOn)
        do {
            var journey = Journey(in: disk.directory, steps: Step.places(ofLeg: leg))
            let isUndecided = try await travel(&journey, on: disk, expectation)
            if disk.isDead {
                let possible = journey.done...(isUndecided ? journey.done + 1 : journey.done)
                try await afterwards(journey, possible, on: disk, expectation)
            } else {
                disk.repair()
                try await arrive(&journey, expectation)
            }
        } catch {
            throw Journey.Failure(
                description: "leg \(leg), call \(call), \(disk.struckCall), \(trouble), seed \(seed): \(error)")
        }
        return disk.wasStruck
    }

    /// Advances to the end of the leg or of the disk.
    ///
    /// - Returns: whether the step that is next may have been done.
    private func travel(_ journey: inout Journey, on disk: Disk, _ expectation: Expectation) async throws -> Bool {
        var (refusals, isUndecided) = (0, true)
        while !journey.isComplete {
            do {
                try await journey.advance()
                refusals = 0
            } catch let failure as Journey.Failure {
                throw failure
            } catch {
                if disk.isDead { break }
                refusals += 1
                try expectNoChange(in: journey, expectation, after: error)
                if trouble.diesOnceRefused {
                    isUndecided = error.leavesDoubt
                    disk.kill()
                    break
                }
                if refusals == 2 { disk.repair() }
                guard refusals < Self.refusalsMax else {
                    throw Journey.Failure(
                        description: "'\(journey.nextStep)' fails though the disk is well again: \(error)")
                }
            }
        }
        if disk.isDead { try? await journey.close() }
        return isUndecided && !journey.isComplete
    }

    /// Whoever is told an error has changed nothing. The clock may have done a part of its work.
    private func expectNoChange(in journey: Journey, _ expectation: Expectation, after error: any Error) throws {
        guard error is CommandError, let log = journey.ledger?.log else { return }
        let count = try log.lastPosition
        guard count == expectation.counts[journey.done] else {
            throw Journey.Failure(description: "'\(journey.nextStep)' was answered \(error), and has \(count) events")
        }
    }

    /// The leg is over and the disk is well: nothing must be missing, and nothing must be wrong any more.
    private func arrive(_ journey: inout Journey, _ expectation: Expectation) async throws {
        guard let ledger = journey.ledger else { return }
        try await ledger.passTime()
        let health = ledger.health
        guard health.trouble == nil, health.viewsLag == 0 else {
            throw Journey.Failure(description: "it does not recover: \(health)")
        }
        try expectation.compare(ledger, after: journey.end)
        // The audit index follows too: this waits for it.
        try await ledger.audit.read { _ in }
        try await journey.close()
        try journey.refuseBrokenPages()
    }

    /// The process is gone: the next one finds what was acknowledged, and goes on.
    ///
    /// - Parameter possible: how many steps may be done. One that got no answer may be done or not, but wholly; one that
    ///   was refused is not.
    private func afterwards(
        _ journey: Journey, _ possible: ClosedRange<Int>, on disk: Disk, _ expectation: Expectation
    ) async throws {
        let found = try disk.remains(after: trouble.losesPower ? .power(seed: seed) : .process)
        let ledger = try Ledger(directory: found.path)
        let steps = try expectation.compareLog(ledger.log, after: possible)
        try expectation.compare(ledger, after: steps)
        try await ledger.close()
        var next = Journey(in: found, steps: journey.done..<journey.end)
        _ = try next.opened()
        while !next.isComplete { try await next.advance() }
        try await arrive(&next, expectation)
    }
}

extension Error {
    /// Whether what was to be done may have been done.
    fileprivate var leavesDoubt: Bool {
        guard let error = self as? CommandError else { return true }
        if case .undecided = error { return true }
        return false
    }
}
