import EventLog
import Foundation
import Testing

/// Each of these goes every leg again and again, with trouble at another call to the disk each time.
///
/// A run tries half of the calls, each with one trouble, others the next time. `VERDICT_TEST_ALL_FAULTS=1` has everything
/// go wrong at every call, which takes minutes.
@Suite("A disk that fails at any one call", .timeLimit(triesAllFaults ? .minutes(40) : .minutes(2)))
struct EveryCallTests {
    /// A failure names its seed; `VERDICT_TEST_SEED` brings it back.
    private static let seed =
        ProcessInfo.processInfo.environment["VERDICT_TEST_SEED"].flatMap { UInt64($0) } ?? .random(in: 0...999_999)

    /// What goes wrong at that call in this run, of all that may.
    private static func choice(of troubles: [Trial.Trouble], at call: Int) -> [Trial.Trouble] {
        if triesAllFaults { return troubles }
        let number = call + Int(seed)
        return number % 2 == 0 ? [troubles[number / 2 % troubles.count]] : []
    }

    /// Runs trials at every call, until there are no more.
    ///
    /// - Parameter count: so many calls all legs make at least.
    private func everyCall(inLeg leg: Int, _ troubles: [Trial.Trouble], atLeast count: Int = 40) async throws {
        let expectation = try await Expectation.shared.value
        let failuresMax = 5
        var (call, failures) = (0, 0)
        var isStruck = true
        while isStruck, failures < failuresMax {
            call += 1
            for trouble in Self.choice(of: troubles, at: call) {
                do {
                    let trial = Trial(leg: leg, call: call, trouble: trouble, seed: Self.seed &+ UInt64(call))
                    isStruck = try await trial.run(expectation)
                } catch {
                    failures += 1
                    Issue.record("\(error)")
                }
            }
        }
        #expect(call > count)
    }

    @Test(
        "that recovers: nothing is lost, nothing is there twice, who was refused has changed nothing",
        arguments: Step.legs.indices)
    func recovers(leg: Int) async throws {
        try await everyCall(
            inLeg: leg,
            [
                .init(fault: .fails), .init(fault: .isFull), .init(fault: .failsHalfway), .init(fault: .isFullHalfway),
                .init(fault: .fails, fromThenOn: true), .init(fault: .isFullHalfway, fromThenOn: true),
            ])
    }

    @Test("that cannot be read: nobody is told what is not so", arguments: Step.legs.indices)
    func unreadable(leg: Int) async throws {
        let calls: Disk.Calls = [.openings, .mappings, .reads]
        try await everyCall(
            inLeg: leg,
            [.init(fault: .fails, calls: calls), .init(fault: .fails, calls: calls, fromThenOn: true)])
    }

    @Test("that has opened a file for reading alone: nobody serves with that for long", arguments: Step.legs.indices)
    func onlyReads(leg: Int) async throws {
        try await everyCall(
            inLeg: leg,
            [
                .init(fault: .onlyReads, calls: .openings),
                .init(fault: .onlyReads, calls: .openings, fromThenOn: true),
            ], atLeast: 6)
    }

    @Test(
        "as the process is killed or the power fails: what was acknowledged is there, and nothing by halves",
        arguments: Step.legs.indices)
    func dies(leg: Int) async throws {
        try await everyCall(
            inLeg: leg,
            [
                .init(fault: .diesBefore), .init(fault: .diesHalfway), .init(fault: .diesAfter),
                .init(fault: .diesBefore, losesPower: true), .init(fault: .diesHalfway, losesPower: true),
                .init(fault: .diesAfter, losesPower: true),
            ])
    }

    @Test(
        "before the process is killed or the power fails: who was refused has changed nothing",
        arguments: Step.legs.indices)
    func refusedThenDead(leg: Int) async throws {
        try await everyCall(
            inLeg: leg,
            [
                .init(fault: .fails, diesOnceRefused: true),
                .init(fault: .fails, diesOnceRefused: true, losesPower: true),
                .init(fault: .fails, fromThenOn: true, diesOnceRefused: true),
                .init(fault: .fails, fromThenOn: true, diesOnceRefused: true, losesPower: true),
            ])
    }
}

private let triesAllFaults = ProcessInfo.processInfo.environment["VERDICT_TEST_ALL_FAULTS"] == "1"
